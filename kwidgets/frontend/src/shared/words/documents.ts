// The document that outlives the kernel: what came back, who has it, its versions.
import { timeText } from "../figures";

const layers = (count: number) => (count === 1 ? "1 layer" : `${count} layers`);
const by = (notebook: string | null, here: boolean) =>
  here ? "another cell of this notebook" : notebook === null ? "another notebook" : `another notebook (${notebook})`;
const seconds = (count: number) => (count < 90 ? `${Math.max(0, Math.round(count))} s` : `${Math.round(count / 60)} min`);

export const documents = {
  restored: (saved: number, signed: number | null) =>
    signed === null ? `Restored as it was saved ${timeText(saved)}.` : `Restored from ${timeText(saved)}, ${seconds(signed - saved)} before the kernel's last sign of life.`,
  version: (saved: number, why: string) => `${why} Its version of ${timeText(saved)} is open instead.`,
  given: (saved: number, count: number) => `This cell gives a model of its own. What was saved ${timeText(saved)} had ${layers(count)}.`,
  elsewhere: (name: string, since: number, notebook: string | null, here: boolean) =>
    `“${name}” is open in ${by(notebook, here)} since ${timeText(since)}. What you change here is not saved.`,
  taken: (name: string, at: number, notebook: string | null, here: boolean) =>
    `“${name}” was taken over ${timeText(at)} by ${by(notebook, here)}. What you change here is no longer saved.`,
  unreadable: (why: string) => `${why} What was stored is not lost: it stays as a version when you save something else.`,
  trouble: (why: string) => `Not saved: ${why}. You can go on; saving is tried again by itself.`,
  openIt: "Open it",
  openCopy: "Open a copy",
  keepCopy: "Keep a copy",
  takeOver: "Take over",
  takeBack: "Take it back",
  saved: (at: number) => `saved ${timeText(at)}`,
  notSaved: "not saved",
  versionsOf: (name: string) => `Versions of ${name}`,
  versionsLabel: (state: string) => `${state}: open a version`,
  versionText: (saved: number, count: number) => `${timeText(saved)} · ${layers(count)}`,
  storedNow: "stored now",
  rename: "Rename the document…",
  nameLabel: "Name of the document",
  noVersions: "No earlier versions yet.",
} as const;
