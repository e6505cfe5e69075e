// The page of the layer that the search would add.
export const offer = {
  willBeAdded: "will be added",
  place: (after: string | null, before: string | null) =>
    after === null ? "By itself" : before === null ? `After ${after}` : `After ${after}, before ${before}`,
  keys: (between: boolean, settings: boolean) =>
    `${between ? "The wire between them is opened; " : ""}Enter adds, Alt+Enter adds beside it,${settings ? " Tab goes to the settings," : ""} Esc leaves all as it was.`,
  gives: "Output",
} as const;
