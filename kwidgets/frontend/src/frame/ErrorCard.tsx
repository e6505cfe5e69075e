// An exception in the page shows a card with a way back, and never takes the notebook down.
import { Component, type ReactNode, useState } from "react";
import { useHealth } from "../shared/context";
import { words } from "../shared/words";

interface Props {
  children: ReactNode;
  /** Brings what is shown anew from Python, for what came before may be the cause. */
  reload: () => Promise<void>;
  /** Goes back to what could be drawn, for where nothing comes. */
  goBack: () => void;
}

export class ErrorCard extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const show = () => this.setState({ error: null });
    const { reload, goBack } = this.props;
    return <Broken error={error} reload={() => reload().then(show)} goBack={() => { goBack(); show(); }} />;
  }
}

function Broken({ error, reload, goBack }: { error: Error; reload: () => Promise<void>; goBack: () => void }) {
  const health = useHealth();
  const [asked, setAsked] = useState(false);
  const { frame } = words;
  const press = () => {
    setAsked(true);
    void reload();
  };
  return (
    <div className="kw-broken" role="alert" data-testid="kw-broken">
      <h2>{frame.brokeTitle}</h2>
      <p>{health === "gone" ? frame.brokeGone : asked ? frame.brokeWaits : frame.brokeText}</p>
      <p className="kw-mono kw-soft">{error.message}</p>
      <div className="kw-row">
        {health !== "gone" && (
          <button type="button" className="kw-button kw-button-main" disabled={asked} onClick={press}>
            {frame.reload}
          </button>
        )}
        {(asked || health === "gone") && (
          <button type="button" className="kw-button" onClick={goBack}>
            {frame.showAsItWas}
          </button>
        )}
      </div>
    </div>
  );
}
