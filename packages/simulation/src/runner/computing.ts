import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import type { Computing } from '../core/world/world.ts';

export const computing: Computing = { codec: nodeCodec, digest: nodeDigest };
