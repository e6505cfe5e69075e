// An exception in the page shows a card with a way back, and never takes the notebook down.
import { Component, type ReactNode } from "react";
import { words } from "../shared/words";

export class ErrorCard extends Component<{ children: ReactNode }, { error: Error | null }> {
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
        <button type="button" className="kw-button kw-button-main" onClick={() => this.setState({ error: null })}>
          {words.frame.reload}
        </button>
      </div>
    );
  }
}
