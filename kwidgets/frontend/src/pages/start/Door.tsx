import { type ReactNode, useId } from "react";

/** One of the ways to begin: a title, a line, what is behind it, and at its foot what to press. */
export function Door({ title, hint, children, foot }: { title: string; hint: string; children: ReactNode; foot: ReactNode }) {
  const id = useId();
  return (
    <section role="group" className="kw-door" aria-labelledby={id}>
      <h3 className="kw-door-title" id={id}>
        {title}
      </h3>
      <p className="kw-soft kw-door-hint">{hint}</p>
      <div className="kw-door-inside">{children}</div>
      <div className="kw-door-foot">{foot}</div>
    </section>
  );
}
