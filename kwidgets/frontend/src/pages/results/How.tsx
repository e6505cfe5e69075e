// How what stands above it was computed.
export function How({ text }: { text: string | undefined }) {
  return text === undefined || text === "" ? null : <p className="kw-soft kw-second kw-how">{text}</p>;
}
