// Words of a line of YAML, JSON or Python by what they are, for their colours.
export type Format = "yaml" | "json" | "python";
export type TokenKind = "key" | "keyword" | "string" | "number" | "comment" | "plain";
export interface Token {
  kind: TokenKind;
  text: string;
}

const NUMBER = String.raw`(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])`;
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?`;
const PYTHON = "and|as|assert|break|class|continue|def|elif|else|except|False|finally|for|from|if|import|in|is|lambda|None|not|or|pass|raise|return|True|try|while|with|yield";

// The order matters: the first that fits wins. Names of the groups are kinds of tokens.
const PATTERNS: Record<Format, RegExp> = {
  yaml: new RegExp(
    String.raw`(?<comment>(?:^|(?<=\s))#.*$)|(?<key>(?:^|(?<=^[\s-]*|[{,]\s*))[\w.$/@-]+(?=:(?:\s|$)))|(?<string>${QUOTED})|(?<keyword>\b(?:true|false|null)\b)|(?<number>${NUMBER})`,
    "g",
  ),
  json: new RegExp(String.raw`(?<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?<string>"(?:[^"\\]|\\.)*"?)|(?<keyword>\b(?:true|false|null)\b)|(?<number>${NUMBER})`, "g"),
  python: new RegExp(String.raw`(?<comment>#.*$)|(?<string>(?:\b[rbfu]{1,2})?(?:"""(?:.*?)"""|${QUOTED}))|(?<keyword>\b(?:${PYTHON})\b)|(?<number>${NUMBER})`, "g"),
};

/** The tokens of one line; together they are the line. */
export function tokens(line: string, format: Format): Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of line.matchAll(PATTERNS[format])) {
    if (match[0] === "") continue;
    if (match.index > end) found.push({ kind: "plain", text: line.slice(end, match.index) });
    found.push({ kind: kindOf(match.groups ?? {}), text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < line.length) found.push({ kind: "plain", text: line.slice(end) });
  return found;
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): TokenKind {
  const name = Object.keys(groups).find((one) => groups[one] !== undefined);
  return (name ?? "plain") as TokenKind;
}
