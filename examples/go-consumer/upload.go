package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// mediaRoot is the folder with the files that are too large for a message; "" where there is none.
var mediaRoot string

// upload sends the file of a command. That of a product or a model becomes its value by that; one
// of a record, an asset or a reference entity is stored, and its code then written as a value.
func (w *writer) upload(ctx context.Context, one *item) error {
	content, problem := fileOf(one)
	if problem != "" {
		one.result = failed(0, problem)
		return nil
	}
	switch w.class {
	case "CreateProductMediaFile":
		return w.store(ctx, one, content, "/media-files", "product")
	case "CreateProductModelMediaFile":
		return w.store(ctx, one, content, "/media-files", "product_model")
	case "CreateAssetMediaFile":
		return w.storeAndWrite(ctx, one, content, "/asset-media-files", "Asset-Media-File-Code")
	}
	return w.storeAndWrite(ctx, one, content, "/reference-entities-media-files",
		"Reference-Entities-Media-File-Code")
}

// fileOf returns the bytes of a file, compared with what its producer said of them.
func fileOf(one *item) ([]byte, string) {
	content := one.content
	if one.Media == nil {
		return nil, "No file came along with it."
	}
	if content == nil {
		if one.Media.Reference == nil || mediaRoot == "" {
			return nil, one.Media.Name + " stands in a shared folder: say which with -media-root."
		}
		path, err := below(mediaRoot, *one.Media.Reference)
		if err != nil {
			return nil, *one.Media.Reference + " is no file of the shared folder here."
		}
		if content, err = os.ReadFile(path); err != nil {
			return nil, *one.Media.Reference + " is no file of the shared folder here."
		}
	}
	digest := sha256.Sum256(content)
	if hex.EncodeToString(digest[:]) != one.Media.SHA256 {
		return nil, one.Media.Name + " is not what was published: its digest differs."
	}
	return content, ""
}

// below returns the real path of a file, which has to be inside the folder, links followed.
func below(folder, reference string) (string, error) {
	root, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return "", err
	}
	path, err := filepath.EvalSymlinks(filepath.Join(root, filepath.FromSlash(reference)))
	if err == nil && !strings.HasPrefix(path, root+string(filepath.Separator)) {
		err = os.ErrPermission
	}
	return path, err
}

// store uploads a file that becomes the value of a product or model.
func (w *writer) store(ctx context.Context, one *item, content []byte, path, part string) error {
	owner := map[string]any{}
	for _, name := range []string{w.known.key, "attribute", "scope", "locale"} {
		owner[name] = one.Data[name]
	}
	_, err := w.send(ctx, one, content, path, map[string]string{part: string(toJSON(owner))})
	return err
}

// storeAndWrite uploads a file, and writes its code as a value of what it belongs to.
func (w *writer) storeAndWrite(ctx context.Context, one *item, content []byte, path, code string) error {
	owner := w.known.item(one.Data)
	if one.isImage() {
		owner = "/api/rest/v1/reference-entities/" + segment(one.Data.text("reference_entity"))
	}
	found, err := w.call(ctx, http.MethodGet, owner, "", nil)
	if err != nil {
		return err
	}
	if found.status == http.StatusNotFound { // a value would create it, with nothing else to it
		one.result = outcomeOf(w.known, one, readRefusal(found.status, found.body))
		return nil
	}
	header, err := w.send(ctx, one, content, path, nil)
	if err != nil || one.result == nil || one.result.Outcome != "uploaded" {
		return err
	}
	return w.assign(ctx, one, owner, header.Get(code))
}

// assign writes the code of a file as a value.
func (w *writer) assign(ctx context.Context, one *item, owner, code string) error {
	body := map[string]any{"code": one.Data["code"], "values": map[string]any{
		one.Data.text("attribute"): []any{map[string]any{
			"locale": one.Data["locale"], "channel": one.Data["channel"], "data": code,
		}}}}
	if one.isImage() {
		body = map[string]any{"code": one.Data["reference_entity"], "image": code}
	}
	stored := one.result
	one.result = nil
	found, err := w.call(ctx, http.MethodPatch, owner, jsonType, toJSON(body))
	if err != nil {
		return err
	}
	one.result = outcomeOf(w.known, one, readRefusal(found.status, found.body))
	if found.status < 300 {
		one.result = stored
	}
	return nil
}

// send makes the call with the file.
func (w *writer) send(ctx context.Context, one *item, content []byte, path string, parts map[string]string) (http.Header, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, text := range parts {
		if err := form.WriteField(name, text); err != nil {
			return nil, err
		}
	}
	file, err := form.CreateFormFile("file", one.Media.Name)
	if err == nil {
		_, err = file.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return nil, err
	}
	found, err := w.call(ctx, http.MethodPost, "/api/rest/v1"+path, form.FormDataContentType(),
		body.Bytes())
	if err != nil {
		return nil, err
	}
	switch {
	case found.status == http.StatusCreated:
		one.result = &result{Outcome: "uploaded", Status: found.status}
	case found.status < 300:
		return nil, errUnavailable{fmt.Sprintf("POST %s was answered %d instead of 201", path,
			found.status), true}
	default:
		one.result = outcomeOf(w.known, one, readRefusal(found.status, found.body))
	}
	return found.header, nil
}
