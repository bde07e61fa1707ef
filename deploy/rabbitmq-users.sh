#!/bin/sh
# Makes the three broker users of a fleet, each with no more rights than it needs:
#
#     deploy/rabbitmq-users.sh [NAME [VHOST]]
#
# NAME is the `name` of transport.url (importbus by itself), VHOST its path (/ by itself); a vhost
# that is missing is made. The users are NAME-producer, NAME-consumer and NAME-recorder. Their
# passwords are PRODUCER_PASSWORD, CONSUMER_PASSWORD and RECORDER_PASSWORD of the environment; one
# that is not there is read as a line from standard input. No password is ever an argument of a
# program, where other users of the machine could read it.
#
# It runs on the broker's machine, as whoever may call rabbitmqctl; RABBITMQCTL names another one.
# Running it again sets passwords and rights anew. What each right is for: docs/rabbitmq.md.
set -eu

name=${1:-importbus}
vhost=${2:-/}
rabbitmqctl="${RABBITMQCTL:-rabbitmqctl} --quiet"
ctl() { $rabbitmqctl "$@" </dev/null; } # it would read the passwords

case $name in
'' | [!A-Za-z0-9_-]* | *[!A-Za-z0-9._-]*)
	echo "NAME may have letters, digits, '.', '_' and '-', and not begin with '.'." >&2
	exit 2
	;;
esac
fleet=$(printf %s "$name" | sed 's/[.]/\\./g')
listener='amq\.gen-.*'

# password ROLE VARIABLE: prints it.
password() {
	eval "given=\${$2:-}"
	if [ -z "$given" ]; then
		[ ! -t 0 ] || echo "Password of $name-$1 (it is shown):" >&2
		read -r given || true # the end of the input says as much as an empty line
	fi
	printf %s "$given"
}

# user ROLE VARIABLE CONFIGURE WRITE READ EVENTS: each a regular expression of names.
user() {
	secret=$(password "$1" "$2")
	[ -n "$secret" ] || { echo "There is no password for $name-$1: set $2." >&2; exit 2; }
	command=add_user
	case $users in *" $name-$1 "*) command=change_password ;; esac
	printf '%s\n' "$secret" | $rabbitmqctl "$command" "$name-$1" >/dev/null
	ctl set_permissions -p "$vhost" "$name-$1" "^($3)\$" "^($4)\$" "^($5)\$"
	ctl set_topic_permissions -p "$vhost" "$name-$1" "$name.events" "^($6)\$" '.*'
}

ctl list_vhosts name --no-table-headers | grep -qxF -e "$vhost" || ctl add_vhost "$vhost"
users=" $(ctl list_users --no-table-headers | cut -f 1 | tr '\n' ' ')"

# It publishes batches, tells that an import has begun, and looks which journal knows it.
user producer PRODUCER_PASSWORD \
	"$listener" \
	"$listener|$fleet\.(commands|events)" \
	"$listener|$fleet\.(events|journal)" \
	'ImportStarted'

# It takes batches from lanes; outcomes, questions, notes and dead letters go to queues by name.
user consumer CONSUMER_PASSWORD \
	"$listener" \
	"$listener|amq\.default|$fleet\.events" \
	"$listener|$fleet\.(events|(structure|lane\.[0-9]+)(\.returned)?)" \
	'BatchSettled|PimPaused|status'

# It makes exchanges and queues, reads outcomes and dead letters, publishes rounds and answers.
user recorder RECORDER_PASSWORD \
	"$listener|$fleet\..*" \
	"$listener|amq\.default|$fleet\..*" \
	"$listener|$fleet\..*" \
	'.*'
