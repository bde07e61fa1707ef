package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
)

const (
	mostLines = 100       // in a call
	mostBytes = 1_000_000 // in a line
)

// writer sends items of one command class, each key once, and notes their outcomes.
type writer struct {
	pim   *pim
	class string
	known resource
	calls int
	// accepted says that the PIM took a call of this class: then a 403 is not for lack of rights.
	accepted bool
}

// write sends items and gives them their results. An item without one has had no answer: it is to
// be sent again. An error concerns what was not answered before it.
func (w *writer) write(ctx context.Context, items []*item) error {
	var paths []string
	groups := map[string][]*item{}
	for _, one := range items {
		if len(w.known.body(one.Data)) > mostBytes {
			one.result = failed(0, fmt.Sprintf("It has more than the %d bytes that the PIM takes.",
				mostBytes))
			continue
		}
		path := w.known.collection(one.Data)
		if groups[path] == nil {
			paths = append(paths, path)
		}
		groups[path] = append(groups[path], one)
	}
	for _, path := range paths {
		if err := w.group(ctx, path, groups[path]); err != nil {
			return err
		}
	}
	return nil
}

// group sends items of one path, in their order.
func (w *writer) group(ctx context.Context, path string, items []*item) error {
	if w.known.form == lines || w.known.form == array {
		for len(items) > 0 {
			count := min(len(items), mostLines)
			if err := w.together(ctx, path, items[:count], w.known.later); err != nil {
				return err
			}
			items = items[count:]
		}
		return nil
	}
	for _, one := range items {
		send := w.alone
		switch w.known.form {
		case remove:
			send = w.remove
		case upload:
			send = w.upload
		}
		if err := send(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) call(ctx context.Context, method, path, kind string, body []byte) (response, error) {
	if err := w.pim.waitForTurn(ctx, w.class, w.known.limit); err != nil {
		return response{}, err
	}
	w.calls++
	return w.pim.call(ctx, method, path, kind, body)
}

// together sends items in one call; one that is too large for the PIM goes in two halves.
func (w *writer) together(ctx context.Context, path string, items []*item, later []string) error {
	kind, body := jsonType, w.join(items)
	if w.known.form == lines {
		kind = linesType
	}
	found, err := w.call(ctx, http.MethodPatch, path, kind, body)
	if err != nil {
		return err
	}
	switch {
	case found.status == http.StatusOK && found.kind == kind:
		w.accepted = true
		w.read(found.body, items)
		return w.withoutLater(ctx, path, items, later)
	case found.status < 300:
		return errUnavailable{fmt.Sprintf("PATCH %s was answered %d with %q instead of an answer for "+
			"each item", path, found.status, found.kind), true}
	case found.status == http.StatusNotFound && len(w.known.parents()) > 0:
		for _, one := range items { // what stands in the path is missing
			one.result = outcomeOf(w.known, one, readRefusal(found.status, found.body))
		}
		return nil
	case found.status == 404 || found.status == 405 || found.status == 415:
		return errRefused{fmt.Sprintf("This PIM has no PATCH %s (HTTP %d).", path, found.status)}
	case len(items) > 1: // 413, or a front end that says 403 or 400 to a large body
		half := len(items) / 2
		if err := w.together(ctx, path, items[:half], later); err != nil {
			return err
		}
		return w.together(ctx, path, items[half:], later)
	case found.status == http.StatusForbidden && !w.accepted:
		return w.forbidden(ctx, path, kind, items[0])
	}
	items[0].result = outcomeOf(w.known, items[0], readRefusal(found.status, found.body))
	return nil
}

// forbidden finds out whether a 403 is for lack of rights: then a call without items is, too.
func (w *writer) forbidden(ctx context.Context, path, kind string, one *item) error {
	found, err := w.call(ctx, http.MethodPatch, path, kind, w.join(nil))
	if err != nil {
		return err
	}
	if found.status == http.StatusForbidden {
		return noRight(http.MethodPatch, path)
	}
	one.result = failed(403, "The PIM does not take its bytes.")
	return nil
}

func noRight(method, path string) error {
	return errRefused{"The PIM does not let this user " + method + " " + path + " (HTTP 403)."}
}

func (w *writer) join(items []*item) []byte {
	bodies := make([][]byte, len(items))
	for place, one := range items {
		bodies[place] = w.known.body(one.Data)
	}
	if w.known.form == lines {
		return bytes.Join(bodies, []byte("\n"))
	}
	return append(append([]byte("["), bytes.Join(bodies, []byte(","))...), ']')
}

// read gives items their results by their place in the answer, never by their code alone.
func (w *writer) read(body []byte, items []*item) {
	var found []*said
	if w.known.form == lines {
		found = readLines(body, len(items))
	} else {
		codes := make([]string, len(items))
		for place, one := range items {
			codes[place] = one.Data.text(w.known.key)
		}
		found = readArray(body, codes)
	}
	for place, one := range items {
		one.result = outcomeOf(w.known, one, found[place])
	}
}

// withoutLater sends items again that were refused for nothing but what may come later, without
// that: products that name each other in associations would otherwise wait for each other for ever.
func (w *writer) withoutLater(ctx context.Context, path string, items []*item, later []string) error {
	var split, bare []*item
	for _, one := range items {
		if len(later) > 0 && concernsOnly(one.result, later) {
			split = append(split, one)
			bare = append(bare, &item{Number: one.Number, Data: one.Data.without(later),
				identity: one.identity})
		}
	}
	if len(split) == 0 {
		return nil
	}
	err := w.together(ctx, path, bare, nil)
	for place, one := range split {
		w.merge(one, bare[place].result, later)
	}
	return err
}

// merge makes the one result of an item whose first part was sent alone.
func (w *writer) merge(one *item, first *result, later []string) {
	switch {
	case first == nil:
		one.result = nil // both parts go again
	case first.Outcome != "created" && first.Outcome != "updated":
		one.result = first
	case first.Outcome == "updated" && len(one.Data.without(append(later, w.known.key))) == 0:
		// The first part says nothing, and has changed nothing.
	default:
		rest := one.Data.only(append(append([]string{w.known.key}, w.known.parents()...), later...)...)
		one.result.Written = first.Outcome
		one.result.Remainder = &remainder{w.class, rest}
	}
}

// alone sends an item in a call of its own.
func (w *writer) alone(ctx context.Context, one *item) error {
	if err := w.patch(ctx, one); err != nil || !concernsOnly(one.result, w.known.later) ||
		len(w.known.later) == 0 {
		return err
	}
	bare := &item{Number: one.Number, Data: one.Data.without(w.known.later), identity: one.identity}
	err := w.patch(ctx, bare)
	w.merge(one, bare.result, w.known.later)
	return err
}

func (w *writer) patch(ctx context.Context, one *item) error {
	path := w.known.collection(one.Data) + "/" + segment(one.Data.text(w.known.key))
	found, err := w.call(ctx, http.MethodPatch, path, jsonType, w.known.body(one.Data))
	if err != nil {
		return err
	}
	return w.settle(one, http.MethodPatch, path, found)
}

func (w *writer) settle(one *item, method, path string, found response) error {
	switch {
	case found.status < 300 && len(found.body) > 0:
		return errUnavailable{fmt.Sprintf("%s %s was answered %d with a text instead of nothing",
			method, path, found.status), true}
	case found.status == http.StatusForbidden && !w.accepted:
		return noRight(method, path)
	}
	w.accepted = true
	one.result = outcomeOf(w.known, one, readRefusal(found.status, found.body))
	return nil
}

// remove deletes an item. One that is gone after a lost answer was deleted by that call.
func (w *writer) remove(ctx context.Context, one *item) error {
	path := w.known.item(one.Data)
	found, err := w.call(ctx, http.MethodDelete, path, "", nil)
	if err != nil {
		return err
	}
	if found.status == http.StatusNotFound && found.kind == jsonType {
		one.result = &result{Outcome: "failed", Status: 404,
			Errors: readRefusal(404, found.body).reasons}
		if one.Sends+one.tries > 0 || one.again {
			one.result = &result{Outcome: "deleted", Status: 404}
		}
		return nil
	}
	if err := w.settle(one, http.MethodDelete, path, found); err != nil {
		return err
	}
	if found.status < 300 {
		one.result.Outcome = "deleted"
	}
	return nil
}

func failed(status int, message string) *result {
	return &result{Outcome: "failed", Status: status, Errors: []reason{{Message: message}}}
}
