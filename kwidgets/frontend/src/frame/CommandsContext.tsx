// The commands of the builder, made once in the frame for all who show or run them.
import { createContext, type ReactNode, useContext } from "react";
import { type Command, type CommandName, useCommands } from "./useCommands";

const CommandsContext = createContext<readonly Command[]>([]);

export function CommandsProvider({ showKeys, children }: { showKeys: () => void; children: ReactNode }) {
  return <CommandsContext.Provider value={useCommands(showKeys)}>{children}</CommandsContext.Provider>;
}

export function useAllCommands(): readonly Command[] {
  return useContext(CommandsContext);
}

/** Commands by name, in the order asked for. */
export function useNamedCommands(names: readonly CommandName[]): readonly Command[] {
  const all = useAllCommands();
  return names.map((name) => all.find((command) => command.name === name)).filter((command) => command !== undefined);
}
