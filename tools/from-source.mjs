// Lets Node run tools/**/*.ts as they stand (`node --import ./tools/from-source.mjs tools/x.ts`). Node strips the types
// itself; what it lacks is that `./x.js` means `./x.ts` here. Such files hold types only: no enum, no parameter property.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (context.parentURL?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/.test(specifier)) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(fileURLToPath(source))) return nextResolve(source.href, context);
    }
    return nextResolve(specifier, context);
  },
});
