import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { addExamples } from './api-examples.js';

const DESCRIPTION = `A call centre whose agents are AI voices.

Errors are problem details (RFC 9457) with a stable \`code\`; all of them stand at \`/api/v1/problems\`. Instants are ISO 8601 in UTC; names that end in \`Ms\` are
milliseconds, and within a call they count from the moment its line was up. Lists are told in pages: \`nextCursor\` of
one page is \`cursor\` of the next, and null on the last. What several people may edit has an ETag, and is changed with it
as \`If-Match\`. What whoever asks must hold stands as \`x-needs\`.`;

/** `openapi.json` in the root is this, written by \`npm run openapi\`. */
export function apiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Carillon')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key, or the access token of a session.' })
    .build();
  return addExamples(
    SwaggerModule.createDocument(app, config, { operationIdFactory: (_controller, method) => method }),
  );
}

/** The same for people at `/api/v1/docs`, and for programs at `/api/v1/docs/openapi.json`. */
export function serveApiDocs(app: INestApplication): void {
  SwaggerModule.setup('api/v1/docs', app, () => apiDocument(app), {
    jsonDocumentUrl: 'api/v1/docs/openapi.json',
    yamlDocumentUrl: 'api/v1/docs/openapi.yaml',
    customSiteTitle: 'Carillon API',
  });
}
