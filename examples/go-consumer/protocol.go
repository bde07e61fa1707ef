package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// version is the version of the protocol that this program knows; docs/protocol.md describes it.
const version = 1

// batch is the message of a lane: commands of one class and import, in order.
type batch struct {
	V        int             `json:"v"`
	Kind     string          `json:"kind"`
	ID       string          `json:"batch_id"`
	ImportID string          `json:"import_id"`
	Lane     json.RawMessage `json:"lane"`
	Lanes    int             `json:"lanes"`
	Round    int             `json:"round"`
	After    *string         `json:"after"`
	Reason   string          `json:"reason"`
	Command  string          `json:"command"`
	Items    []*item         `json:"items"`

	raw     json.RawMessage // as it was received
	content []byte          // of a batch of kind media: the bytes of its file
}

// item is one command on its way, and what is known of it so far.
type item struct {
	Position json.RawMessage `json:"position"`
	Number   int64           `json:"number"`
	Size     int64           `json:"size"`
	Data     fields          `json:"data"`
	Sends    int             `json:"sends"`
	Tree     string          `json:"tree"`
	Media    *media          `json:"media"`

	identity string   // the key with its kind: equal for commands whose order must be kept
	touches  []string // what else it must keep its order with
	content  []byte   // the bytes of its file
	tries    int      // sends without an answer, in this program
	again    bool     // its batch was delivered before: somebody may have sent it
	result   *result  // what became of it; nil while that is open
}

// media says what file goes along with a command.
type media struct {
	Name      string  `json:"name"`
	Size      int64   `json:"size"`
	SHA256    string  `json:"sha256"`
	Reference *string `json:"reference"`
}

// finish is the message behind the last batch of a producer in a lane.
type finish struct {
	V        int             `json:"v"`
	Kind     string          `json:"kind"`
	ImportID string          `json:"import_id"`
	Producer string          `json:"producer"`
	Lane     json.RawMessage `json:"lane"`
	Lanes    int             `json:"lanes"`
	LastSeq  int64           `json:"last_seq"`
}

// result is what became of one item.
type result struct {
	Outcome   string     `json:"outcome"`
	Status    int        `json:"status,omitempty"`
	Errors    []reason   `json:"errors,omitempty"`
	Wants     []string   `json:"wants,omitempty"`
	Sends     int        `json:"sends"`
	Written   string     `json:"written,omitempty"`
	Remainder *remainder `json:"remainder,omitempty"`
}

// reason is one reason of a refusal, as the PIM gave it.
type reason struct {
	Message   string `json:"message"`
	Property  string `json:"property,omitempty"`
	Attribute string `json:"attribute,omitempty"`
	Locale    string `json:"locale,omitempty"`
	Scope     string `json:"scope,omitempty"`
}

// remainder is what is still to be written of a command whose first part was written.
type remainder struct {
	Command string `json:"command"`
	Data    fields `json:"data"`
}

// outcomes is the message that settles a batch.
type outcomes struct {
	V            int             `json:"v"`
	Kind         string          `json:"kind"`
	Batch        json.RawMessage `json:"batch"`
	Results      []*result       `json:"results"`
	Requests     int             `json:"requests"`
	Milliseconds float64         `json:"milliseconds"`
	At           float64         `json:"at"`
}

// question asks the recorder what is known of an import.
type question struct {
	V        int      `json:"v"`
	Kind     string   `json:"kind"`
	ImportID string   `json:"import_id"`
	BatchID  *string  `json:"batch_id"`
	Tokens   []string `json:"tokens"`
}

// answer is what the recorder says to a question. New fields may come: they are passed over.
type answer struct {
	Wanted             bool     `json:"wanted"`
	GateOpen           bool     `json:"gate_open"`
	StructureSettledAt float64  `json:"structure_settled_at"`
	Quiet              *float64 `json:"quiet"`
	Held               []held   `json:"held"`
}

// held is a token that a parked command holds.
type held struct {
	Token  string `json:"token"`
	Number int64  `json:"number"`
	Own    bool   `json:"own"`
	Upsert bool   `json:"upsert"`
}

// moment is something worth a line in the report of an import.
type moment struct {
	V        int             `json:"v"`
	Kind     string          `json:"kind"`
	ImportID string          `json:"import_id"`
	At       float64         `json:"at"`
	Moment   string          `json:"moment"`
	Detail   string          `json:"detail"`
	Lane     json.RawMessage `json:"lane"`
}

var (
	batchFields = []string{"v", "kind", "batch_id", "import_id", "lane", "lanes", "round", "after",
		"reason", "command", "items"}
	itemFields   = []string{"position", "number", "size", "data", "sends", "tree", "media"}
	mediaFields  = []string{"name", "size", "sha256", "reference"}
	finishFields = []string{"v", "kind", "import_id", "producer", "lane", "lanes", "last_seq"}
)

// strict reads JSON whose fields are all known: nobody guesses what others would mean.
// (encoding/json finds fields in any case, and can refuse unknown ones, but not those in another
// case.)
func strict(raw []byte, into any, known []string) error {
	var names fields
	if err := json.Unmarshal(raw, &names); err != nil {
		return fmt.Errorf("it is no object: %v", err)
	}
	for name := range names {
		if !among(name, known) {
			return fmt.Errorf("%s is not known here", name)
		}
	}
	return json.Unmarshal(raw, into)
}

// UnmarshalJSON reads an item strictly.
func (i *item) UnmarshalJSON(raw []byte) error {
	type plain item
	return strict(raw, (*plain)(i), itemFields)
}

// UnmarshalJSON reads what is said of a file strictly.
func (m *media) UnmarshalJSON(raw []byte) error {
	type plain media
	return strict(raw, (*plain)(m), mediaFields)
}

// decodeBatch returns the batch that raw says, from the lane of that name; the error says why it
// cannot be understood. content are the bytes of a file that came with it, if one did.
func decodeBatch(raw []byte, lane string, content []byte) (*batch, error) {
	b := &batch{raw: raw, content: content}
	if !utf8.Valid(raw) {
		return nil, errors.New("it is no UTF-8")
	}
	if err := strict(raw, b, batchFields); err != nil {
		return nil, err
	}
	kind := "batch"
	if content != nil {
		kind = "media"
	}
	known, found := resources[b.Command]
	switch {
	case b.V != version:
		return nil, fmt.Errorf("its version is %d, not %d", b.V, version)
	case b.Kind != kind:
		return nil, fmt.Errorf("its kind is %q, not %q", b.Kind, kind)
	case !found:
		return nil, fmt.Errorf("its command %q is not known here", b.Command)
	case b.After != nil && *b.After != "structure":
		return nil, fmt.Errorf("it is to go after %q", *b.After)
	case !strings.HasPrefix(b.ID, b.ImportID+"/"):
		return nil, errors.New("its batch id and its import id do not fit")
	case laneName(b.Lane) != lane:
		return nil, fmt.Errorf("its lane is %s, and it came in %s", b.Lane, lane)
	case len(b.Items) == 0 || content != nil && len(b.Items) != 1:
		return nil, errors.New("it has no items, or bytes of one file for several")
	}
	for _, one := range b.Items {
		if err := one.prepare(known, content); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// prepare finds out what the order of a command depends on.
func (i *item) prepare(known resource, content []byte) error {
	if i == nil || i.Number < 1 || i.Data == nil || i.Position == nil {
		return errors.New("an item has no number, no data or no position")
	}
	var keys []string
	for _, name := range append(known.parents(), known.key) {
		if known.form == upload && name == "code" && i.isImage() {
			continue // the image of a reference entity: it is no record
		}
		if i.Data.text(name) == "" {
			return fmt.Errorf("command %d: its %s is no text", i.Number, name)
		}
		if name != "family" { // a family variant is named by its code alone
			keys = append(keys, i.Data.text(name))
		}
	}
	kind := known.kind
	if known.form == upload && i.isImage() {
		kind = "reference_entity"
	}
	i.content = content
	i.identity = token(kind, strings.Join(keys, "."))
	if parent := i.Data.text("parent"); parent != "" && known.refers["parent"] == "product_model" {
		i.touches = append(i.touches, token("product_model", parent))
	}
	if i.Tree != "" {
		i.touches = append(i.touches, "tree:"+i.Tree)
	}
	return nil
}

// isImage tells whether the file of an upload becomes the image of a reference entity.
func (i *item) isImage() bool {
	return i.Data.text("reference_entity") != "" && i.Data.text("code") == ""
}

// laneName returns what the queue of a lane is called behind the name of the fleet.
func laneName(lane json.RawMessage) string {
	if string(lane) == `"structure"` {
		return "structure"
	}
	return "lane." + string(lane)
}

// token names an item; codes that differ by case only are one.
func token(kind, key string) string { return kind + ":" + foldCase(key) }

var specials = strings.NewReplacer("ß", "ss", "ς", "σ", "ſ", "s", "ŉ", "ʼn", "µ", "μ")

// foldCase does what Python's str.casefold does, but for a few dozen rare letters.
func foldCase(text string) string { return specials.Replace(strings.ToLower(text)) }

// toJSON returns the JSON of what is always JSON: texts, numbers, and what was JSON before.
func toJSON(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // a mistake in this program
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
