// A question's latest answer, or why there is none; what was answered before stays until then, so that nothing flickers.
import { useEffect, useState } from "react";
import { type Accepted, type Details, type DetailsArgument, type Gesture, isRefusal } from "../../shared/connection";
import { useShared } from "../../shared/context";
import type { Refusal } from "../../shared/messages";

export interface Asked<Answer> {
  answer: Answer | null;
  refusal: Refusal | null;
}

/** subject: what the answer is about; an answer about another one is not kept. details: null asks nothing. */
export function useAsked<Name extends Gesture>(gesture: Name, details: Details<Name> | null, subject: string): Asked<Accepted<Name>> {
  const { connection } = useShared();
  const question = details === null ? null : JSON.stringify(details);
  const [asked, setAsked] = useState<Asked<Accepted<Name>> & { subject: string }>({ answer: null, refusal: null, subject });
  useEffect(() => {
    if (question === null) return;
    let wanted = true;
    void connection.ask(gesture, ...([JSON.parse(question)] as DetailsArgument<Name>)).then((reply) => {
      if (!wanted) return;
      setAsked(isRefusal(reply) ? { answer: null, refusal: reply, subject } : { answer: reply, refusal: null, subject });
    });
    return () => {
      wanted = false;
    };
  }, [connection, gesture, question, subject]);
  return question === null || asked.subject !== subject ? { answer: null, refusal: null } : asked;
}
