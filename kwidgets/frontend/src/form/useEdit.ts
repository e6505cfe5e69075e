// What a person types into one field until Python has taken or refused it.
import { useCallback, useEffect, useRef, useState } from "react";
import { useShared } from "../shared/context";
import type { Field, Json, Refusal } from "../shared/messages";
import { useEditDraft } from "../shared/useDraft";

export type Send = (value: Json) => Promise<Refusal | null>;

export interface Edit {
  /** Text that is not sent yet; null while the person is not typing. */
  typed: string | null;
  /** The value to show: what Python says, or what it has just taken and not yet said again. */
  value: Json;
  refusal: Refusal | null;
  type: (text: string) => void;
  /** Send what was typed, if anything. */
  leave: () => void;
  /** Back to what holds; false where there was nothing to give up. */
  restore: () => boolean;
  apply: (value: Json) => void;
}

/** After this time what Python says holds, even where it has not said this field anew: it may have taken a value as another, in ms. */
const SAID_AGAIN_WITHIN = 1500;

/** How a value of this field is written, and what a text means. */
export interface Writing {
  show: (value: Json) => string;
  read: (text: string) => Json;
}

interface Typing {
  text: string;
  /** What stood there when the typing began. */
  from: string;
  /** Sends to the card that it was typed for, whichever is shown by then. */
  send: Send;
  /** Whether it is on its way, so that Enter and leaving the field send it once. */
  sent: boolean;
}

/**
 * The state of one field. A refused value is given up and the refusal stays until the next edit. A change that comes from
 * Python shows at once unless the person is typing. What was typed is sent when the field goes away, and is there again
 * where no answer to it has come. draft: tells the field apart from all others of the builder.
 */
export function useEdit(field: Field, { show, read }: Writing, send: Send, draft: string): Edit {
  const { value: typing, now: typingNow, set: setTyping } = useEditDraft<Typing>(draft);
  const [taken, setTaken] = useState<{ value: Json; field: Field } | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { tell, connection } = useShared();
  const alive = useAlive();
  const value = taken !== null && taken.field === field ? taken.value : field.value;
  const shown = show(value);

  const deliver = useCallback(
    async (value: Json, through: Send, of: Typing | null) => {
      setTaken({ value, field });
      const answer = await through(value);
      const goneOn = typingNow() !== of;
      if (!goneOn) setTyping(null);
      if (!alive.current) return answer === null ? undefined : tell(answer);
      if (answer !== null) setTaken(null);
      else connection.onceSaidAfter(SAID_AGAIN_WITHIN, () => setTaken((now) => (now?.value === value ? null : now)));
      if (!goneOn) setRefusal(answer);
    },
    [alive, connection, field, setTyping, tell, typingNow],
  );
  const leave = () => {
    const of = typingNow();
    if (of === null || of.sent) return;
    const meant = read(of.text);
    if (of.text.trim() === of.from || show(meant) === shown) return setTyping(null);
    setTyping({ ...of, sent: true });
    void deliver(meant, of.send, typingNow());
  };
  const latest = useRef(leave);
  useEffect(() => {
    latest.current = leave;
  });
  useEffect(() => () => latest.current(), []);

  return {
    typed: typing?.text ?? null,
    value,
    refusal,
    type: (text) => {
      const before = typingNow();
      setTyping({ text, from: before?.from ?? shown, send: before?.send ?? send, sent: false });
      setRefusal(null);
    },
    leave,
    restore: () => {
      const nothing = typingNow() === null && refusal === null;
      setTyping(null);
      setRefusal(null);
      return !nothing;
    },
    apply: (value) => {
      setRefusal(null);
      void deliver(value, send, typingNow());
    },
  };
}

/** False once the component has gone. */
function useAlive(): React.RefObject<boolean> {
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  return alive;
}
