/**
 * Visitors that call `check` with every module a file names: static, re-exported, dynamic and in
 * types.
 * @param {(source: string, node: import('eslint').Rule.Node) => void} check
 * @returns {import('eslint').Rule.RuleListener}
 */
export function visitModuleSources(check) {
  /** @param {any} node */
  const visit = (node) => {
    const source = node.type === 'TSExternalModuleReference' ? node.expression : node.source;
    if (typeof source?.value === 'string') check(source.value, source);
  };
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression: visit,
    TSImportType: visit,
    TSExternalModuleReference: visit,
  };
}
