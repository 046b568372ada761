import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'is-public';

/** Lets a controller or an operation be asked without an API key: it has another proof, or tells nothing private. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
