/**
 * Keeps ONNX Runtime from counting and sending what it does: since 1.29 its builds keep a device's id below ~/.cache
 * and report graphs, runs and the machine to Microsoft, unless ORT_DISABLE_TELEMETRY is set when it starts. Who sets it
 * to 0 means that. A thread changes only its own copy of the environment, which the runtime does not see: to be called
 * on the main thread before any thread loads the runtime.
 */
export function refuseTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
