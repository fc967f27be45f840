/**
 * A function of texts that keeps its answers: what is asked about is little, each again and again. With more texts than
 * the limit it forgets all and begins anew. For answers that follow from the text alone.
 */
export function remembered<Answer>(answer: (text: string) => Answer, limit = 1000): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    const present = known.get(text);
    if (present !== undefined || known.has(text)) return present as Answer;
    const found = answer(text);
    if (known.size >= limit) known.clear();
    known.set(text, found);
    return found;
  };
}
