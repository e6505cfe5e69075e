// No word that a person reads stands outside of the catalogue: every .tsx file is read as TypeScript reads it.
/// <reference types="vite/client" />
import ts from "typescript";
import { expect, it } from "vitest";

const SHOWN = new Set(["title", "aria-label", "aria-description", "aria-valuetext", "aria-roledescription", "placeholder", "label", "alt"]);
const VALUES = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.PlusToken,
]);
const WORD = /\p{L}{2,}/u;

/** Texts between tags and in attributes that are shown, with their lines. */
function strayWords(file: string, source: string): string[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const take = (node: ts.Node, text: string) => {
    if (WORD.test(text)) found.push(`${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${text.trim()}`);
  };
  const literals = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) take(node, node.text);
    else if (ts.isTemplateExpression(node)) for (const part of [node.head, ...node.templateSpans.map((span) => span.literal)]) take(part, part.text);
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(literals);
    else if (ts.isBinaryExpression(node)) {
      // What is compared or asked is not shown.
      if (VALUES.has(node.operatorToken.kind)) literals(node.right);
      if (node.operatorToken.kind !== ts.SyntaxKind.AmpersandAmpersandToken && VALUES.has(node.operatorToken.kind)) literals(node.left);
    }
    else if (ts.isParenthesizedExpression(node)) literals(node.expression);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) take(node, node.text);
    if (ts.isJsxExpression(node) && node.expression !== undefined && !ts.isJsxAttribute(node.parent)) literals(node.expression);
    if (ts.isJsxAttribute(node) && SHOWN.has(node.name.getText()) && node.initializer !== undefined) {
      if (ts.isStringLiteral(node.initializer)) take(node, node.initializer.text);
      else if (ts.isJsxExpression(node.initializer) && node.initializer.expression !== undefined) literals(node.initializer.expression);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const components = Object.entries(import.meta.glob<string>("../../**/*.tsx", { query: "?raw", import: "default", eager: true }));

it("finds words where there are some", () => {
  expect(strayWords("x.tsx", "const a = <p title='Go on'>Hello {ok ? 'yes' : `no ${n} left`}</p>;")).toHaveLength(5);
  expect(strayWords("x.tsx", "const a = <p className='kw' title={words.a}>· {n}</p>;")).toEqual([]);
});

it.each(components)("%s shows words of the catalogue only", (name, source) => {
  expect(strayWords(name, source)).toEqual([]);
});
