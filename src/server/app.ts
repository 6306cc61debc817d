import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { UsageLog } from './access/usage-log.ts';
import { Answers } from './answers.ts';
import { Connections } from './connections.ts';
import { defaultVoice } from './default-voice.ts';
import { checkAliases } from './openai/voices.ts';
import type { ServerParts } from './parts.ts';
import { addAccess } from './plugins/access.ts';
import { addAccessLog } from './plugins/access-log.ts';
import { addDraining } from './plugins/draining.ts';
import { addErrors, fromFastify, sendError } from './plugins/errors.ts';
import { addHostCheck } from './plugins/host.ts';
import { addHttpMetrics } from './plugins/http-metrics.ts';
import { addJsonBodies } from './plugins/json.ts';
import { addLingering } from './plugins/linger.ts';
import { addNotFound } from './plugins/not-found.ts';
import { addRequestId, requestId } from './plugins/request-id.ts';
import { addSecurityHeaders } from './plugins/security-headers.ts';
import { answerForNode, answerSocketError } from './plugins/socket-errors.ts';
import { Readiness } from './readiness.ts';
import { addAudioRoute } from './routes/audio.ts';
import { addExplainRoute } from './routes/explain.ts';
import { addHealthRoute, addReadyRoute } from './routes/health.ts';
import { addJobProgressRoutes } from './routes/job-progress.ts';
import { addJobResultRoutes } from './routes/job-results.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addOpenAiRoutes } from './routes/openai.ts';
import { addOpenApiRoutes } from './routes/openapi.ts';
import { addPageRoute } from './routes/page.ts';
import { addSpeechRoute } from './routes/speech.ts';
import { addStatusRoute } from './routes/status.ts';
import { addStreamRoute } from './routes/stream.ts';
import { addVoicesRoute } from './routes/voices.ts';
import { addSpoken } from './spoken.ts';

declare module 'fastify' {
  interface FastifyInstance {
    readonly connections: Connections;
    readonly answers: Answers;
    readonly readiness: Readiness;
  }
}

/** How often Node looks for requests that take too long to arrive. */
const TIMEOUT_CHECK_MS = 1_000;

/**
 * The HTTP server, not yet listening. It owns none of its parts: whoever made them closes them.
 * Throws `config_invalid` when the configured voice, or that of an alias, does not exist.
 */
export function buildServer(parts: ServerParts): FastifyInstance {
  const { settings, speaker, metrics, log } = parts;
  defaultVoice(speaker.voices(), settings.voice);
  checkAliases(speaker.voices(), settings.voiceAliases);
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: (request) => requestId(request.headers['x-request-id']),
    requestTimeout: settings.requestSeconds * 1000,
    keepAliveTimeout: settings.idleSeconds * 1000,
    http: {
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      headersTimeout: settings.requestSeconds * 1000,
      requireHostHeader: false, // addHostCheck does, in our shape
    },
    trustProxy: settings.trustProxy.length > 0 ? [...settings.trustProxy] : false,
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

  app.decorate('connections', new Connections(app.server, settings.maxConnections, metrics));
  app.decorate('answers', new Answers(settings.answerBytes));
  app.decorate('readiness', new Readiness(speaker, settings.voice, log, metrics));
  answerForNode(app.server);

  addErrors(app);
  addRequestId(app);
  addSecurityHeaders(app);
  addAccessLog(app);
  addHttpMetrics(app, metrics);
  addDraining(app);
  addHostCheck(app);
  addLingering(app);
  addAccess(app, settings, log);
  addSpoken(app, metrics, settings.usageLog === '' ? undefined : new UsageLog(settings.usageLog, log));
  addJsonBodies(app);
  addNotFound(app);

  addOpenApiRoutes(app);
  addSpeechRoute(app, parts);
  addStreamRoute(app, parts);
  addOpenAiRoutes(app, parts);
  addExplainRoute(app, parts);
  addAudioRoute(app, parts);
  if (parts.jobs !== undefined) {
    addJobRoutes(app, parts, parts.jobs);
    addJobProgressRoutes(app, parts, parts.jobs);
    addJobResultRoutes(app, parts, parts.jobs);
  }
  addVoicesRoute(app, parts);
  addStatusRoute(app, parts);
  addHealthRoute(app);
  addReadyRoute(app, app.readiness);
  if (settings.metricsPort === 0) addMetricsRoute(app, metrics);
  addPageRoute(app, parts);
  return app;
}
