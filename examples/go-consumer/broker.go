package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"net"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	heartbeat    = 30 * time.Second
	connecting   = 10 * time.Second
	confirmation = 60 * time.Second // within which the broker confirms what it was sent
	answering    = 10 * time.Second // within which the recorder answers; a question is void then
)

var errLost = errors.New("the connection to the broker was lost")

// fleet is where a fleet has its queues.
type fleet struct {
	url  string
	name string // every exchange and queue begins with it
}

// session is a connection to the broker with one channel. Each lane has its own, since leaving a
// lane means to drop the socket.
type session struct {
	fleet   fleet
	socket  net.Conn
	channel *amqp.Channel
	answers <-chan amqp.Delivery
	returns chan amqp.Return
	// Not PublishWithDeferredConfirm: in version 1.5 of the library a confirm that comes quickly is
	// lost by it, and whoever waits for it waits for ever.
	confirms  chan amqp.Confirmation
	published uint64
}

// open connects, asks for confirms and for answers to questions.
func (f fleet) open(prefetch int) (*session, error) {
	s := &session{fleet: f}
	config := amqp.Config{Heartbeat: heartbeat, Dial: func(network, address string) (net.Conn, error) {
		socket, err := amqp.DefaultDial(connecting)(network, address)
		s.socket = socket
		return socket, err
	}}
	connection, err := amqp.DialConfig(f.url, config)
	var refused *amqp.Error
	if errors.As(err, &refused) && (refused.Code == amqp.AccessRefused || refused.Code == amqp.NotAllowed) {
		return nil, errRefused{"The broker does not let this user in: " + refused.Reason + "."}
	}
	if err != nil {
		return nil, fmt.Errorf("the broker cannot be reached: %v", err)
	}
	if err := s.prepare(connection, prefetch); err != nil {
		s.drop()
		return nil, err
	}
	return s, nil
}

func (s *session) prepare(connection *amqp.Connection, prefetch int) error {
	var err error
	if s.channel, err = connection.Channel(); err != nil {
		return err
	}
	s.confirms = s.channel.NotifyPublish(make(chan amqp.Confirmation, 10))
	s.returns = s.channel.NotifyReturn(make(chan amqp.Return, 10))
	if err = s.channel.Confirm(false); err != nil {
		return err
	}
	if err = s.channel.Qos(prefetch, 0, false); err != nil {
		return err
	}
	s.answers, err = s.channel.Consume("amq.rabbitmq.reply-to", "", true, false, false, false, nil)
	return err
}

// drop ends the connection without a word. A channel that is closed in order would let the next
// batch of the lane overtake the one that goes back: docs/decisions/0015 has the measurements.
func (s *session) drop() {
	if s.socket != nil {
		s.socket.Close()
	}
}

// leave drops the connection when all acks have reached the broker.
func (s *session) leave(queue string) {
	_, _ = s.channel.QueueDeclarePassive(queue, true, false, false, false, nil)
	s.drop()
}

// send publishes a message, and returns when the broker has it on its disk.
func (s *session) send(exchange, key string, message amqp.Publishing) error {
	message.DeliveryMode = amqp.Persistent
	message.Timestamp = time.Now()
	message.AppId = "importbus-go"
	if message.Headers == nil {
		message.Headers = amqp.Table{}
	}
	message.Headers["x-importbus-v"] = int32(version)
	mandatory := exchange == "" // an event may have no listener
	s.published++
	err := s.channel.PublishWithContext(context.Background(), exchange, key, mandatory, false, message)
	if err != nil {
		return fmt.Errorf("%w: %v", errLost, err)
	}
	late := time.NewTimer(confirmation)
	defer late.Stop()
	for {
		select {
		case found, open := <-s.confirms:
			if !open {
				return errLost
			}
			if found.DeliveryTag == s.published {
				return s.checked(found.Ack, key)
			}
		case <-late.C:
			return fmt.Errorf("%w: a message to %s was not confirmed", errLost, key)
		}
	}
}

// checked looks whether a message that was confirmed went into a queue: the broker returns it
// before it confirms it, if not.
func (s *session) checked(ok bool, key string) error {
	select {
	case _, returned := <-s.returns:
		if returned {
			return fmt.Errorf("%w: there is no queue %s", errLost, key)
		}
	default:
	}
	if !ok {
		return fmt.Errorf("%w: the broker did not take a message to %s", errLost, key)
	}
	return nil
}

// ask asks the recorder what is known of an import, until it answers. Nothing is carried out
// without an answer: the recorder may be away, and it comes back.
func (s *session) ask(ctx context.Context, importID string, batchID *string, tokens []string) (answer, error) {
	body := toJSON(question{version, "state", importID, batchID, append([]string{}, tokens...)})
	for {
		id := fmt.Sprintf("%s-%016x", importID, rand.Uint64())
		err := s.send("", s.fleet.name+".outcomes", amqp.Publishing{
			Type: "state", MessageId: id, CorrelationId: importID, ContentType: jsonType,
			ReplyTo: "amq.rabbitmq.reply-to", Expiration: fmt.Sprint(answering.Milliseconds()),
			Body: body,
		})
		if err != nil {
			return answer{}, err
		}
		found, err := s.answerTo(ctx, id)
		if err != nil || found != nil {
			return orEmpty(found), err
		}
		log("no answer from the recorder of %s yet; it is asked again", importID)
	}
}

func orEmpty(found *answer) answer {
	if found == nil {
		return answer{}
	}
	return *found
}

// answerTo waits for the answer to a question; nil when none comes in time.
func (s *session) answerTo(ctx context.Context, id string) (*answer, error) {
	late := time.NewTimer(answering)
	defer late.Stop()
	for {
		select {
		case message, open := <-s.answers:
			if !open {
				return nil, errLost
			}
			found := &answer{}
			if message.CorrelationId == id && json.Unmarshal(message.Body, found) == nil {
				return found, nil
			}
		case <-late.C:
			return nil, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
