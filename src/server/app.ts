import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { defaultVoice } from './default-voice.ts';
import type { ServerParts } from './parts.ts';
import { addAccessLog } from './plugins/access-log.ts';
import { addDraining } from './plugins/draining.ts';
import { addErrors, fromFastify, sendError } from './plugins/errors.ts';
import { addHttpMetrics } from './plugins/http-metrics.ts';
import { addJsonBodies } from './plugins/json.ts';
import { addNotFound } from './plugins/not-found.ts';
import { addRequestId, requestId } from './plugins/request-id.ts';
import { addSecurityHeaders } from './plugins/security-headers.ts';
import { answerSocketError } from './plugins/socket-errors.ts';
import { addAudioRoute } from './routes/audio.ts';
import { addHealthRoute } from './routes/health.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addPageRoute } from './routes/page.ts';
import { addSpeechRoute } from './routes/speech.ts';
import { addVoicesRoute } from './routes/voices.ts';

/** How long a request may take to arrive, so that a caller sending a byte a second holds nothing for long. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for those that are past it. */
const TIMEOUT_CHECK_MS = 1_000;

/**
 * The HTTP server, not yet listening. It owns none of its parts: whoever made them closes them.
 * Throws `config_invalid` when the configured voice does not exist.
 */
export function buildServer(parts: ServerParts): FastifyInstance {
  defaultVoice(parts.speaker.voices(), parts.settings.voice);
  const app = fastify({
    loggerInstance: parts.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: (request) => requestId(request.headers['x-request-id']),
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { connectionsCheckingInterval: TIMEOUT_CHECK_MS },
    return503OnClosing: false, // addDraining refuses in our shape
    clientErrorHandler: answerSocketError,
    frameworkErrors: (error, request, reply) => sendError(fromFastify(error, request), request, reply),
    ajv: {
      customOptions: {
        removeAdditional: false,
        coerceTypes: false,
        useDefaults: false,
        allErrors: false,
        verbose: true,
      },
    },
  });

  addErrors(app);
  addRequestId(app);
  addSecurityHeaders(app);
  addAccessLog(app);
  addHttpMetrics(app, parts.metrics);
  addDraining(app);
  addJsonBodies(app);
  addNotFound(app);

  addSpeechRoute(app, parts);
  addAudioRoute(app, parts);
  addVoicesRoute(app, parts);
  addHealthRoute(app);
  addMetricsRoute(app, parts.metrics);
  addPageRoute(app, parts);
  return app;
}
