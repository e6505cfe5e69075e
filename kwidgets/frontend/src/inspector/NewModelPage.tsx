// An empty canvas: how to begin, and the keys that help.
import { words } from "../shared/words";

export function NewModelPage() {
  const { title, text, keys } = words.inspector.empty;
  return (
    <>
      <div className="kw-inspector-head">
        <h3>{title}</h3>
      </div>
      <p className="kw-soft kw-inspector-text">{text}</p>
      <dl className="kw-inspector-keys">
        {keys.map(([what, key]) => (
          <div key={what}>
            <dt className="kw-soft">{what}</dt>
            <dd><kbd className="kw-key">{key}</kbd></dd>
          </div>
        ))}
      </dl>
    </>
  );
}
