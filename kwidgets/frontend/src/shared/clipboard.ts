// The clipboard by code, for buttons and menus. Pages served without https have none: then keys still work.

/** Puts a text on the clipboard; whether that went. */
export async function copyText(text: string): Promise<boolean> {
  if (!("clipboard" in navigator)) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

/** The clipboard's text, null where the browser does not give it. */
export async function pastedText(): Promise<string | null> {
  if (!("clipboard" in navigator)) return null;
  try {
    return await navigator.clipboard.readText();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
