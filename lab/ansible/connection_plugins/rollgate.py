"""Runs Ansible's modules in a lab's container, through the container engine."""

DOCUMENTATION = """
name: rollgate
short_description: Run tasks in a container of a rollgate lab
description:
  - Runs commands with C(docker exec) and copies files through it.
options:
  remote_addr:
    description: The container.
    default: inventory_hostname
    vars:
      - name: inventory_hostname
      - name: ansible_host
  remote_user:
    description: The user in the container.
    default: root
    vars:
      - name: ansible_user
"""

import subprocess

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible.plugins.connection import ConnectionBase


class Connection(ConnectionBase):
    transport = "rollgate"
    has_pipelining = True

    def _connect(self):
        self._connected = True
        return self

    def _docker(self, *command):
        return [
            "docker",
            "exec",
            "-i",
            "-u",
            self.get_option("remote_user"),
            self.get_option("remote_addr"),
            *command,
        ]

    def exec_command(self, cmd, in_data=None, sudoable=True):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        try:
            done = subprocess.run(
                self._docker("/bin/sh", "-c", cmd),
                input=b"" if in_data is None else to_bytes(in_data),
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise AnsibleConnectionFailure("docker cannot be run: %s" % error) from error
        return done.returncode, done.stdout, done.stderr

    def put_file(self, in_path, out_path):
        super().put_file(in_path, out_path)
        with open(in_path, "rb") as source:
            self._copied(self._docker("/bin/sh", "-c", "cat > '%s'" % out_path), stdin=source)

    def fetch_file(self, in_path, out_path):
        super().fetch_file(in_path, out_path)
        with open(out_path, "wb") as target:
            self._copied(self._docker("cat", in_path), stdout=target)

    def _copied(self, command, **streams):
        done = subprocess.run(command, stderr=subprocess.PIPE, check=False, **streams)
        if done.returncode != 0:
            raise AnsibleError("a file was not copied: %s" % to_text(done.stderr))

    def close(self):
        self._connected = False
