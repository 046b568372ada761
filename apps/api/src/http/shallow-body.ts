/** Nobody means more; what walks through a body level by level would run out of stack. */
const MOST_LEVELS = 64;

const [QUOTE, BACKSLASH, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [...'"\\{}[]'].map((sign) => sign.charCodeAt(0));

/** Looks at a JSON body before it is parsed. @throws an Error with status 400, as the body parser wants it */
export function mustBeShallow(_request: unknown, _response: unknown, body: Buffer): void {
  if (levelsOf(body) > MOST_LEVELS) throw Object.assign(new Error('the body is nested too deep'), { status: 400 });
}

function levelsOf(json: Buffer): number {
  let [level, deepest, inText] = [0, 0, false];
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (sign === QUOTE) inText = !inText;
    else if (inText && sign === BACKSLASH) at += 1;
    else if (!inText && (sign === OPEN || sign === OPEN_LIST)) deepest = Math.max(deepest, (level += 1));
    else if (!inText && (sign === CLOSE || sign === CLOSE_LIST)) level -= 1;
  }
  return deepest;
}
