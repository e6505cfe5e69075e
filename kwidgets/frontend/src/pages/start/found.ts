import type { TemplateEntry } from "../../shared/messages";

/** Templates in which every typed word occurs; those that have them in their title first. */
export function found(templates: readonly TemplateEntry[], text: string): TemplateEntry[] {
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (where: string) => typed.every((word) => where.toLowerCase().includes(word));
  const named = templates.filter(({ name, title }) => has(`${name} ${title}`));
  return [...named, ...templates.filter((one) => !named.includes(one) && has(`${one.name} ${one.title} ${one.help}`))];
}
