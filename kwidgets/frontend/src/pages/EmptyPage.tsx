import "./pages.css";
import type { ReactNode } from "react";

/** A page with nothing to show yet: what it will hold, and what to press first. */
export function EmptyPage({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <div className="kw-page-empty">
      <h2 className="kw-page-empty-title">{title}</h2>
      <p className="kw-soft">{hint}</p>
      {children}
    </div>
  );
}
