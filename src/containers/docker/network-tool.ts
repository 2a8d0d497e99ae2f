import type Docker from 'dockerode';
import { RollgateError } from '../../errors.ts';
import { isStatus } from '../http-status.ts';
import type { NetworkTool, FinishedContainer } from '../port.ts';

/** See ContainerEngine.runInNetworkOf. testcontainers has no way to add a capability and share a namespace. */
export async function runInNetworkOf(
  docker: Docker,
  name: string,
  { image, script, labels }: NetworkTool,
  signal?: AbortSignal,
): Promise<FinishedContainer> {
  signal?.throwIfAborted();
  const tool = await docker.createContainer({
    Image: image,
    Cmd: ['sh', '-c', script],
    Labels: { ...labels },
    // The log is plain text if the container's output is a terminal.
    Tty: true,
    HostConfig: { NetworkMode: `container:${name}`, CapAdd: ['NET_ADMIN'] },
  });
  try {
    try {
      await tool.start();
    } catch (error) {
      // 404: no such container; 409: it does not run.
      if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
      throw new RollgateError('not-running', `${name} does not run: it has no network to change`, {
        cause: error,
      });
    }
    const ended: { readonly StatusCode: number } = await tool.wait(
      signal === undefined ? {} : { abortSignal: signal },
    );
    const output = await tool.logs({ stdout: true, stderr: true, follow: false });
    return { exitCode: ended.StatusCode, output: output.toString('utf8') };
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await tool.remove({ force: true });
  }
}
