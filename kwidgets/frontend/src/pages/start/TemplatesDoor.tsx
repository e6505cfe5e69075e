// Some templates of different kinds as thumbnails, and the way to all of them.
import { useAsk, useTrait } from "../../shared/context";
import { words } from "../../shared/words";
import { Door } from "./Door";
import { Sketch } from "./Sketch";

/** A picture, a graph with ways round, a text, several inputs and outputs. */
const FIRST: readonly string[] = ["digits_cnn", "residual_net", "text_lstm", "news"];

export function TemplatesDoor({ showAll }: { showAll: () => void }) {
  const { templates } = useTrait("catalogue");
  const { ask } = useAsk();
  const all = (
    <button type="button" className="kw-button kw-button-small" data-testid="kw-all-templates" onClick={showAll}>
      {words.start.all(templates.length)}
    </button>
  );
  return (
    <Door title={words.start.template} hint={words.start.templateHint} foot={all}>
      <div className="kw-door-templates">
        {templates.filter(({ name }) => FIRST.includes(name)).map((template) => (
          <button
            key={template.name} type="button" className="kw-thumb" title={template.help} data-testid={`kw-template-${template.name}`}
            onClick={() => void ask("template", { name: template.name })}
          >
            <Sketch rows={template.sketch} />
            <span className="kw-thumb-title">{template.title}</span>
          </button>
        ))}
      </div>
    </Door>
  );
}
