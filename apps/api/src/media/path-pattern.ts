/** The named parts of a path, decoded; undefined when it is another path, or cannot be decoded. */
export type PathPattern = (path: string) => Readonly<Record<string, string>> | undefined;

/** `/media/:token` takes `/media/x`, and neither `/media/`, `/media/x/`, `/media/x/y` nor `/Media/x`. */
export function pathPattern(path: string): PathPattern {
  const parts = path.split('/');
  return (asked) => {
    const given = asked.split('/');
    if (given.length !== parts.length) return undefined;
    const params: Record<string, string> = {};
    for (const [at, part] of parts.entries()) {
      const value = given[at] ?? '';
      if (!part.startsWith(':')) {
        if (part !== value) return undefined;
        continue;
      }
      const decoded = decode(value);
      if (!decoded) return undefined;
      params[part.slice(1)] = decoded;
    }
    return params;
  };
}

/** Undefined for what is no percent-encoding. */
function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
