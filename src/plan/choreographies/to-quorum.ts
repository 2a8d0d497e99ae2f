import type { Choreography } from '../draft.ts';
import { gentle } from './gentle.ts';

/**
 * Like `gentle`, to a vhost whose queues are quorum queues. A queue cannot change its type: a
 * service that declares it differently is refused (RabbitMQ, "Quorum Queues":
 * `PRECONDITION_FAILED`). The old vhost keeps its classic queues as long as a service reads them.
 * Kolla-Ansible and openstack-ansible set these options together (lab/deployers).
 */
export const toQuorum: Choreography = {
  ...gentle,
  name: 'to-quorum',
  summary: 'as gentle, to a new vhost with quorum queues and the queue manager; one release or two',
  configTo: {
    oslo_messaging_rabbit: {
      rabbit_quorum_queue: true,
      rabbit_transient_quorum_queue: true,
      rabbit_stream_fanout: true,
      use_queue_manager: true,
      // Streams are read with a prefetch: oslo.messaging refuses to start without one.
      rabbit_qos_prefetch_count: 10,
    },
  },
};
