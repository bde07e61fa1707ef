package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	mostDeliveries = 4                // of a batch, before its commands are suspects
	hold           = 10 * time.Minute // most that a batch is held at the gate
	gateTimeout    = 60 * time.Second // in which the structure lane settles nothing
	gateLook       = 500 * time.Millisecond
)

// errGate says that a batch was held long enough: its lane is left until the gate is open.
var errGate = errors.New("the structure of its import is not settled")

// lane works on one lane: receive, ask, carry out, settle, acknowledge; in this order.
type lane struct {
	fleet  fleet
	name   string // as the end of its queue's name
	pim    *pim
	events *events
	gather int           // batches in one request at the most
	linger time.Duration // that a batch which is not full waits for others

	outage bool   // the PIM was out of reach
	gated  string // the import whose gate was closed too long
}

// delivery is a batch in work here.
type delivery struct {
	amqp.Delivery
	batch *batch
}

func (l *lane) queue() string { return l.fleet.name + "." + l.name }

func (l *lane) number() json.RawMessage {
	if l.name == "structure" {
		return json.RawMessage(`"structure"`)
	}
	return json.RawMessage(l.name[len("lane."):])
}

// run works until the program stops; an error that no second try can mend ends it.
func (l *lane) run(ctx context.Context) error {
	for failures := 0; ctx.Err() == nil; {
		began := time.Now()
		err := l.serve(ctx)
		var refused errRefused
		switch {
		case errors.As(err, &refused):
			return err
		case err != nil && ctx.Err() == nil:
			log("%s: %v", l.name, err)
		}
		if failures++; time.Since(began) > time.Minute {
			failures = 1
		}
		l.outage = errors.Is(err, errOutage)
		_ = sleep(ctx, backoff(failures))
	}
	return nil
}

// serve holds the lane until something breaks. What was not acknowledged then comes again, here or
// to another consumer of the lane: the broker gives a lane to one at a time.
func (l *lane) serve(ctx context.Context) error {
	for failures := 1; l.outage && !l.pim.answers(ctx); failures++ {
		if err := sleep(ctx, backoff(failures)); err != nil {
			return err
		}
	}
	s, err := l.fleet.open(l.gather)
	if err != nil {
		return err
	}
	defer s.leave(l.queue())
	if err := l.stayOut(ctx, s); err != nil {
		return err
	}
	arrived, err := s.channel.Consume(l.queue(), "", false, false, false, false, nil)
	if err != nil {
		return err
	}
	var gathered []delivery
	for {
		var full <-chan time.Time
		if len(gathered) > 0 {
			full = time.After(l.linger)
		}
		select {
		case message, open := <-arrived:
			if !open {
				return errLost
			}
			gathered, err = l.take(ctx, s, gathered, message)
		case <-full:
			gathered, err = nil, l.settle(ctx, s, gathered)
		case <-ctx.Done():
			return ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// take adds a message to what was gathered, or carries that out first; it returns what waits.
func (l *lane) take(ctx context.Context, s *session, gathered []delivery, message amqp.Delivery) ([]delivery, error) {
	raw, content := message.Body, []byte(nil)
	if message.Type == "media" {
		text, _ := message.Headers["x-importbus-message"].(string)
		raw, content = []byte(text), append([]byte{}, message.Body...)
	}
	if message.Type == "finish" { // nothing more of this producer comes: what waits, goes
		if err := l.settle(ctx, s, gathered); err != nil {
			return nil, err
		}
		var end finish
		if err := strict(raw, &end, finishFields); err != nil || end.V != version {
			return nil, l.bury(s, message, "it is no finish of this version")
		}
		log("%s: producer %s of %s has finished", l.name, end.Producer, end.ImportID)
		return nil, message.Ack(false)
	}
	found, err := decodeBatch(raw, l.name, content)
	if err != nil {
		if err := l.settle(ctx, s, gathered); err != nil {
			return nil, err
		}
		return nil, l.bury(s, message, err.Error())
	}
	one := delivery{message, found}
	for _, each := range found.Items {
		each.again = message.Redelivered
	}
	if len(gathered) > 0 && !fits(gathered[0], one) {
		if err := l.settle(ctx, s, gathered); err != nil {
			return nil, err
		}
		gathered = nil
	}
	gathered = append(gathered, one)
	if len(gathered) < l.gather && count(gathered) < mostLines && fits(one, one) {
		return gathered, nil
	}
	return nil, l.settle(ctx, s, gathered)
}

// fits tells whether two batches may share requests. What was delivered before, and what a parking
// round sends, goes alone: one command of it may be what breaks consumers.
func fits(first, next delivery) bool {
	a, b := first.batch, next.batch
	return a.ImportID == b.ImportID && a.Command == b.Command && a.Round+b.Round == 0 &&
		(a.After == nil) == (b.After == nil) && a.content == nil && b.content == nil &&
		!first.Redelivered && !next.Redelivered
}

func count(gathered []delivery) int {
	commands := 0
	for _, one := range gathered {
		commands += len(one.batch.Items)
	}
	return commands
}

// settle carries batches out, and acknowledges each when the broker has its outcomes.
//
// Why gathering stays right: the batches are of one lane, import and class and are worked on in
// their order, with one open command a key. None is acknowledged before its own outcomes are
// confirmed, so after a crash all of them come again, in the same order, and writing again what is
// written changes nothing.
func (l *lane) settle(ctx context.Context, s *session, gathered []delivery) error {
	wanted, parked, err := l.stillWanted(ctx, s, gathered)
	if err != nil || len(wanted) == 0 {
		return err
	}
	first := wanted[0].batch
	job := &work{
		writer: &writer{pim: l.pim, class: first.Command, known: resources[first.Command]},
		round:  first.Round,
		size:   mostLines,
		note:   func(kind, detail string) { l.note(s, first.ImportID, kind, detail) },
	}
	for _, one := range wanted {
		job.items = append(job.items, one.batch.Items...)
	}
	job.follow(parked)
	began := time.Now()
	if deliveries(wanted[0].Delivery) > mostDeliveries {
		job.suspectAll()
	} else if err := job.carry(ctx); err != nil {
		return err
	}
	spent := time.Since(began)
	for place, one := range wanted {
		calls, length := 0, time.Duration(0)
		if place == 0 { // they shared their calls: these are counted once
			calls, length = job.writer.calls, spent
		}
		if err := l.report(s, one, calls, length); err != nil {
			return err
		}
	}
	return nil
}

// stillWanted asks the recorder about batches and waits for their gate. It acknowledges those that
// were settled or cancelled meanwhile, and returns the others with what parked commands hold.
func (l *lane) stillWanted(ctx context.Context, s *session, gathered []delivery) ([]delivery, []held, error) {
	var wanted []delivery
	var parked []held
	for _, one := range gathered {
		found, err := l.passGate(ctx, s, one)
		if err != nil {
			return nil, nil, err
		}
		if one.Redelivered { // a call of whoever held it before may still be running
			wait := usualQuiet
			if found.Quiet != nil {
				wait = time.Duration(*found.Quiet * float64(time.Second))
			}
			if err := sleep(ctx, wait); err != nil {
				return nil, nil, err
			}
		}
		if !found.Wanted {
			if err := one.Ack(false); err != nil {
				return nil, nil, err
			}
			continue
		}
		wanted, parked = append(wanted, one), append(parked, found.Held...)
	}
	return wanted, parked, nil
}

// passGate returns the answer about a batch when it may go: its import's structure is settled, or
// the structure lane has settled nothing for a minute. Parking keeps it right in that case.
func (l *lane) passGate(ctx context.Context, s *session, one delivery) (answer, error) {
	var tokens []string
	for _, each := range one.batch.Items {
		tokens = append(tokens, each.tokens()...)
	}
	began, moved, last := time.Now(), time.Now(), -1.0
	for {
		found, err := s.ask(ctx, one.batch.ImportID, &one.batch.ID, distinct(tokens))
		if err != nil || !found.Wanted || one.batch.After == nil || found.GateOpen {
			return found, err
		}
		if found.StructureSettledAt != last { // compared with itself: clocks of hosts differ
			moved, last = time.Now(), found.StructureSettledAt
		}
		switch {
		case deliveries(one.Delivery) > mostDeliveries:
			return found, nil // it is not sent
		case time.Since(moved) > gateTimeout:
			l.note(s, one.batch.ImportID, "gate", "the structure lane settles nothing; it goes on")
			return found, nil
		case time.Since(began) > hold: // the broker takes a batch away that is held too long
			l.gated = one.batch.ImportID
			return found, errGate
		}
		if err := sleep(ctx, gateLook); err != nil {
			return found, err
		}
	}
}

// stayOut waits, without holding the lane, for the gate at which a batch was held too long.
func (l *lane) stayOut(ctx context.Context, s *session) error {
	for l.gated != "" {
		found, err := s.ask(ctx, l.gated, nil, nil)
		if err != nil {
			return err
		}
		if found.GateOpen || !found.Wanted {
			break
		}
		if err := sleep(ctx, answering); err != nil {
			return err
		}
	}
	l.gated = ""
	return nil
}

// report publishes the outcomes of a batch, and acknowledges it when they are confirmed.
func (l *lane) report(s *session, one delivery, calls int, spent time.Duration) error {
	milliseconds := float64(spent.Microseconds()) / 1000
	results, counts := []*result{}, map[string]int{}
	for _, each := range one.batch.Items {
		results = append(results, each.result)
		counts[each.result.Outcome]++
	}
	body := toJSON(outcomes{version, "outcomes", one.batch.raw, results, calls, milliseconds,
		unix(time.Now())})
	message := amqp.Publishing{Type: "outcomes", MessageId: one.batch.ID,
		CorrelationId: one.batch.ImportID, ContentType: jsonType, Body: body}
	if one.batch.content != nil && counts["parked"] > 0 { // the file goes along, to be sent again
		message.Headers = amqp.Table{"x-importbus-message": string(body)}
		message.ContentType, message.Body = "application/octet-stream", one.batch.content
	}
	if err := s.send("", l.fleet.name+".outcomes", message); err != nil {
		return err
	}
	if err := one.Ack(false); err != nil {
		return err
	}
	l.events.tell("BatchSettled", map[string]any{"import_id": one.batch.ImportID,
		"batch_id": one.batch.ID, "command": one.batch.Command, "outcomes": counts,
		"milliseconds": milliseconds})
	log("%s: %s settled: %s: %s", l.name, one.batch.ID, one.batch.Command, words(counts))
	return nil
}

// words says counts as people do.
func words(counts map[string]int) string {
	var parts []string
	for outcome, number := range counts {
		parts = append(parts, fmt.Sprintf("%d %s", number, outcome))
	}
	sort.Strings(parts)
	return strings.Join(parts, ", ")
}

// bury puts a message that cannot be understood among the dead letters, with the reason.
func (l *lane) bury(s *session, message amqp.Delivery, why string) error {
	log("%s: %s is put aside: %s", l.name, message.MessageId, why)
	headers := amqp.Table{}
	for name, value := range message.Headers {
		if name != "x-delivery-count" {
			headers[name] = value
		}
	}
	if len(why) > 1000 {
		why = why[:1000]
	}
	headers["x-importbus-reason"] = why
	err := s.send("", l.fleet.name+".dead", amqp.Publishing{Type: message.Type,
		MessageId: message.MessageId, CorrelationId: message.CorrelationId,
		ContentType: message.ContentType, Headers: headers, Body: message.Body})
	if err != nil {
		return err
	}
	return message.Ack(false)
}

// note writes a line for the report of an import; who reads it may miss it.
func (l *lane) note(s *session, importID, kind, detail string) {
	log("%s: %s: %s", l.name, kind, detail)
	_ = s.send("", l.fleet.name+".outcomes", amqp.Publishing{Type: "moment",
		CorrelationId: importID, ContentType: jsonType,
		Body: toJSON(moment{version, "moment", importID, unix(time.Now()), kind, detail, l.number()})})
}

// deliveries returns how often a message was delivered, this time included.
func deliveries(message amqp.Delivery) int64 {
	before, _ := message.Headers["x-delivery-count"].(int64)
	return before + 1
}
