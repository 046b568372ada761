import { fromJSON, type MethodDefinition } from '@grpc/proto-loader';

const field = (id: number, type: string) => ({ id, type });
const many = (id: number, type: string) => ({ id, type, rule: 'repeated' });

/** `google.cloud.speech.v2`, as far as it is spoken here; what is not named is passed over. */
const MESSAGES = {
  Speech: {
    methods: {
      StreamingRecognize: {
        requestType: 'StreamingRecognizeRequest',
        requestStream: true,
        responseType: 'StreamingRecognizeResponse',
        responseStream: true,
      },
    },
  },
  StreamingRecognizeRequest: {
    fields: {
      recognizer: field(3, 'string'),
      streamingConfig: field(6, 'StreamingRecognitionConfig'),
      audio: field(5, 'bytes'),
    },
  },
  StreamingRecognitionConfig: {
    fields: { config: field(1, 'RecognitionConfig'), streamingFeatures: field(2, 'StreamingFeatures') },
  },
  StreamingFeatures: { fields: { interimResults: field(2, 'bool') } },
  RecognitionConfig: {
    fields: {
      explicitDecodingConfig: field(8, 'Decoding'),
      model: field(9, 'string'),
      languageCodes: many(10, 'string'),
    },
  },
  Decoding: {
    fields: {
      encoding: field(1, 'int32'),
      sampleRateHertz: field(2, 'int32'),
      audioChannelCount: field(3, 'int32'),
    },
  },
  StreamingRecognizeResponse: { fields: { results: many(6, 'Result') } },
  Result: {
    fields: {
      alternatives: many(1, 'Alternative'),
      isFinal: field(2, 'bool'),
      stability: field(3, 'float'),
      resultEndOffset: field(4, 'Duration'),
      languageCode: field(6, 'string'),
    },
  },
  Alternative: { fields: { transcript: field(1, 'string'), confidence: field(2, 'float') } },
  Duration: { fields: { seconds: field(1, 'int64'), nanos: field(2, 'int32') } },
};

export interface RecognizeRequest {
  recognizer: string;
  streamingConfig?: {
    config?: {
      explicitDecodingConfig?: { encoding: number; sampleRateHertz: number; audioChannelCount: number };
      model: string;
      languageCodes: string[];
    };
    streamingFeatures?: { interimResults: boolean };
  };
  audio?: Buffer;
}

/** The one method that is served. */
export function streamingRecognize(): MethodDefinition<object, object> {
  const within = (name: string, nested: object) => ({ [name]: { nested } });
  const nested = within('google', within('cloud', within('speech', within('v2', MESSAGES))));
  const service = fromJSON({ nested } as Parameters<typeof fromJSON>[0], { defaults: true, longs: Number })[
    'google.cloud.speech.v2.Speech'
  ];
  return (service as { StreamingRecognize: MethodDefinition<object, object> }).StreamingRecognize;
}
