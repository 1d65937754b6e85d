import type { KubeObject } from '@mapreduce/controller-runtime';
import { group } from '@mapreduce/protocol/resource';

/** Holds a digest of the object as it was applied, so that nothing is applied twice. */
export const appliedAnnotation = `${group}/applied`;

/** The object with the annotation that tells what was applied. */
export function marked(object: KubeObject): KubeObject {
  const { metadata, ...rest } = object;
  const annotations = { ...metadata.annotations, [appliedAnnotation]: fingerprint(object) };
  return { ...rest, metadata: { ...metadata, annotations } };
}

/** Whether the server has the object as it is wanted, as far as this operator has a say in it. */
export function isApplied(wanted: KubeObject, seen: KubeObject | undefined): boolean {
  return seen?.metadata.annotations?.[appliedAnnotation] === fingerprint(wanted);
}

/** A digest of the object's JSON that tells two versions of it apart: FNV-1a over it, both ways. */
function fingerprint(object: KubeObject): string {
  const text = JSON.stringify(object);
  let [forth, back] = [0x811c9dc5, 0x811c9dc5];
  for (let index = 0; index < text.length; index++) {
    forth = Math.imul(forth ^ text.charCodeAt(index), 0x01000193);
    back = Math.imul(back ^ text.charCodeAt(text.length - 1 - index), 0x01000193);
  }
  return [forth, back].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
