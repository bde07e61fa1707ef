package main

import (
	"context"
	"encoding/json"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// events tells the other processes what happens, and hears of pauses. Whoever misses an event
// loses time and nothing else, so nothing waits for them.
type events struct {
	fleet  fleet
	outbox chan event
	heard  func(kind string, body []byte)
}

type event struct {
	kind string
	body []byte
}

// tell tells an event; when too many wait, it is lost.
func (e *events) tell(kind string, said map[string]any) {
	said["v"], said["kind"] = version, kind
	select {
	case e.outbox <- event{kind, toJSON(said)}:
	default:
	}
}

// run tells and hears until the program stops.
func (e *events) run(ctx context.Context) {
	for failures := 1; ctx.Err() == nil; failures++ {
		if err := e.session(ctx); err != nil {
			log("events: %v", err)
		}
		_ = sleep(ctx, backoff(failures))
	}
}

func (e *events) session(ctx context.Context) error {
	s, err := e.fleet.open(100)
	if err != nil {
		return err
	}
	defer s.drop()
	queue, err := s.channel.QueueDeclare("", false, true, true, false, nil)
	if err != nil {
		return err
	}
	exchange := e.fleet.name + ".events"
	if err := s.channel.QueueBind(queue.Name, "PimPaused", exchange, false, nil); err != nil {
		return err
	}
	heard, err := s.channel.Consume(queue.Name, "", true, true, false, false, nil)
	if err != nil {
		return err
	}
	for {
		select {
		case message, open := <-heard:
			if !open {
				return errLost
			}
			e.heard(message.Type, message.Body)
		case one := <-e.outbox:
			message := amqp.Publishing{Type: one.kind, ContentType: jsonType, Body: one.body}
			if err := s.send(exchange, one.kind, message); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// pausedUntil reads how long all processes wait.
func pausedUntil(body []byte) (time.Time, bool) {
	var said struct {
		Until float64 `json:"until"`
	}
	if json.Unmarshal(body, &said) != nil {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(said.Until * 1000)), true
}

func unix(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }
