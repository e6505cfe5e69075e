// An exception in the page shows a card with a way back, and never takes the notebook down.
import { Component, type ReactNode } from "react";
import { words } from "../shared/words";

/** reload: brings what is shown anew from Python, for what came before may be the cause. */
export class ErrorCard extends Component<{ children: ReactNode; reload: () => Promise<void> }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="kw-broken" role="alert" data-testid="kw-broken">
        <h2>{words.frame.brokeTitle}</h2>
        <p>{words.frame.brokeText}</p>
        <p className="kw-mono kw-soft">{error.message}</p>
        <button type="button" className="kw-button kw-button-main" onClick={() => void this.props.reload().then(() => this.setState({ error: null }))}>
          {words.frame.reload}
        </button>
      </div>
    );
  }
}
