#!/bin/bash
# Resources of Heat that have to live through an upgrade, in the form of a grenade plugin (grenade,
# PLUGINS.rst). Stricter than the one in Heat's tree: it waits for the end of each action, follows
# the stack's status, and checks the stack's content.
#
#   resources.sh create | verify [side] | verify_noapi [side] | destroy

set -o errexit -o pipefail

# shellcheck source=/dev/null
source "$GRENADE_DIR/grenaderc"
# shellcheck source=/dev/null
source "$GRENADE_DIR/functions"
# shellcheck source=/dev/null
source "$TOP_DIR/openrc" admin admin

PROJECT=rollgate_grenade
USER=rollgate_grenade
PASSWORD=$(resource_get rollgate password)
STACK=survivor
TEMPLATE=$(dirname "${BASH_SOURCE[0]}")/templates/survivor.yaml
LIMIT_SECONDS=60

function as_user {
    export OS_PROJECT_NAME=$PROJECT OS_TENANT_NAME=$PROJECT
    export OS_USERNAME=$USER OS_PASSWORD=$PASSWORD
}

# await_status STATUS: until the stack has it; ends at once where it failed.
function await_status {
    local status deadline=$((SECONDS + LIMIT_SECONDS))
    while :; do
        status=$(openstack stack show $STACK -f value -c stack_status)
        [[ $status == "$1" ]] && return
        [[ $status == *_FAILED ]] && die $LINENO "stack $STACK is $status, not $1"
        ((SECONDS < deadline)) || die $LINENO "stack $STACK is $status after $LIMIT_SECONDS s"
        sleep 1
    done
}

# The outputs, which no upgrade may change; their order is not theirs.
function outputs {
    openstack stack output show $STACK --all -f json -c secret -c members \
        | python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin), sort_keys=True))'
}

function create {
    PASSWORD=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
    resource_save rollgate password "$PASSWORD"
    local project user
    project=$(openstack project create $PROJECT -f value -c id)
    resource_save rollgate project "$project"
    user=$(openstack user create $USER --project "$project" --password "$PASSWORD" -f value -c id)
    resource_save rollgate user "$user"
    openstack role add member --user "$user" --project "$project"
    as_user
    openstack stack create -t "$TEMPLATE" $STACK -f value -c id
    await_status CREATE_COMPLETE
    resource_save rollgate outputs "$(outputs)"
}

function verify {
    as_user
    await_status CREATE_COMPLETE
    local before now
    before=$(resource_get rollgate outputs)
    now=$(outputs)
    [[ $before == "$now" ]] || die $LINENO "outputs were $before and are $now"
    openstack stack resource list $STACK -n 2 -f value -c resource_name -c resource_status \
        | tee /dev/stderr \
        | { ! grep -v CREATE_COMPLETE; } || die $LINENO "a resource is not complete"
}

function verify_noapi {
    [[ -n $(resource_get rollgate outputs) ]] || die $LINENO "nothing was created"
}

function destroy {
    as_user
    openstack stack delete --yes --wait $STACK
    # shellcheck source=/dev/null
    source "$TOP_DIR/openrc" admin admin
    openstack user delete "$(resource_get rollgate user)"
    openstack project delete "$(resource_get rollgate project)"
}

case $1 in
    create | verify | verify_noapi | destroy) "$@" ;;
    *) die $LINENO "no such phase: $1" ;;
esac
