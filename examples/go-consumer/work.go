package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	mostTries  = 5 // sends of an item without an answer before it is a suspect
	brakeAfter = 5 // calls that fail in a row before the PIM is asked whether it is there at all
	usualQuiet = 5 * time.Second
	suspect    = "?suspect" // what an item waits for that is to be tried alone
)

// errOutage says that the PIM answers nothing: the lane is left until it does.
var errOutage = errors.New("the PIM answers nothing")

// work is commands of one class and import on their way to outcomes.
type work struct {
	writer *writer
	items  []*item // in the order of their numbers within each key
	round  int
	note   func(kind, detail string) // a line in the report of the import
	size   int                       // items in a piece
}

// carry sends items until each has its result.
//
// Of each key only the first open item is in a piece: a later one never overtakes it, and waits
// behind it when it is parked.
func (w *work) carry(ctx context.Context) error {
	failures := 0
	for {
		piece := w.piece()
		if len(piece) == 0 {
			return nil
		}
		err := w.writer.write(ctx, piece)
		var unavailable errUnavailable
		if err != nil && !errors.As(err, &unavailable) {
			return err // told to stop, or refused: what is written will be written once more
		}
		lost := w.learn(piece, err == nil || unavailable.running)
		switch {
		case err != nil:
			failures++
			w.size = (len(piece) + 1) / 2
			w.note("retry", fmt.Sprintf("%v (%d items, failure %d in a row)", err, len(piece), failures))
		case lost:
			failures++
		default:
			failures = 0
			w.size = min(2*w.size, mostLines)
			continue
		}
		if err := w.rest(ctx, failures, lost || unavailable.running); err != nil {
			return err
		}
		if failures >= brakeAfter && err != nil {
			if !w.writer.pim.answers(ctx) {
				w.note("brake", err.Error())
				return errOutage
			}
			if failures = 0; len(piece) == 1 && piece[0].result == nil {
				w.giveUp(piece[0], err.Error()) // the PIM answers, but never with this one
			}
		}
	}
}

// piece returns the first open item of each key, as many as go in one call.
func (w *work) piece() []*item {
	var found []*item
	taken := map[string]bool{}
	for _, one := range w.items {
		if one.result == nil && !taken[one.identity] {
			if found = append(found, one); len(found) == w.size {
				break
			}
		}
		taken[one.identity] = taken[one.identity] || one.result == nil
	}
	return found
}

// learn takes what became of a piece that the PIM has seen, perhaps; it tells whether some items
// have to go again.
func (w *work) learn(piece []*item, seen bool) bool {
	lost := false
	for _, one := range piece {
		if one.result == nil {
			if lost = true; seen {
				one.tries++
			}
			continue
		}
		if one.result.Sends == 0 {
			one.result.Sends = one.Sends + one.tries + 1
		}
		if one.result.Outcome == "parked" {
			w.parkBehind(one, []int64{one.Number})
		}
	}
	for _, one := range piece {
		if one.result == nil && one.tries >= mostTries {
			w.giveUp(one, "The PIM gave no answer for it.")
		}
	}
	return lost
}

// rest waits before items are sent again; longer when their call may still be running.
func (w *work) rest(ctx context.Context, failures int, running bool) error {
	wait := backoff(failures)
	if quiet := w.writer.pim.quiet(); running && wait < quiet {
		wait = quiet
	}
	return sleep(ctx, wait)
}

// giveUp parks an item as a suspect; one that had its turn alone is dead.
func (w *work) giveUp(one *item, why string) {
	one.result = &result{Outcome: "parked", Wants: []string{suspect},
		Errors: []reason{{Message: why}}, Sends: one.Sends + one.tries}
	if w.round > 0 && len(w.items) == 1 {
		one.result.Outcome, one.result.Wants = "dead", nil
		return
	}
	w.parkBehind(one, []int64{one.Number})
}

// suspectAll gives up what broke a consumer again and again.
func (w *work) suspectAll() {
	for _, one := range w.items {
		if one.result == nil {
			w.giveUp(one, "Its batch broke the consumer again and again.")
		}
	}
}

// parkBehind parks the later commands of an item's key, unsent, behind the parked ones.
func (w *work) parkBehind(first *item, leaders []int64) {
	for _, one := range w.items {
		if one.result == nil && one.identity == first.identity && one != first {
			one.result = behind(leaders, one.Sends)
		}
	}
}

func behind(leaders []int64, sends int) *result {
	found := &result{Outcome: "parked", Sends: sends}
	for _, number := range leaders {
		found.Wants = append(found.Wants, fmt.Sprintf("behind:%d", number))
	}
	return found
}

// follow parks the commands that must not overtake what is parked already. Two upserts may pass
// each other, unless both are about the same key.
func (w *work) follow(parked []held) {
	mine := map[int64]bool{}
	for _, one := range w.items {
		mine[one.Number] = true // sent again in a round: it does not wait for itself
	}
	upsert := w.writer.known.form == lines || w.writer.known.form == array ||
		w.writer.known.form == single
	for _, one := range w.items {
		var leaders []int64
		for _, other := range parked {
			if mine[other.Number] || other.Number > one.Number {
				continue
			}
			own := other.Own && other.Token == one.identity
			touched := among(other.Token, one.tokens()) && !(upsert && other.Upsert)
			if own || touched {
				leaders = append(leaders, other.Number)
			}
		}
		if one.result == nil && len(leaders) > 0 {
			one.result = behind(leaders, one.Sends)
			w.parkBehind(one, leaders)
		}
	}
}

// tokens returns all that the order of a command depends on.
func (i *item) tokens() []string { return append([]string{i.identity}, i.touches...) }
