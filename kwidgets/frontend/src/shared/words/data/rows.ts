/** How many rows, in words. */
export const rows = (count: string): string => (count === "1" ? "1 row" : `${count} rows`);
