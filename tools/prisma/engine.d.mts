export function prismaEnvironment(): NodeJS.ProcessEnv;
