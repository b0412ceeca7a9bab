// A small application whose people sign in with WeCom, on go-oidc and x/oauth2.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

type application struct {
	provider *oidc.Provider
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	origin   string
	endpoint string // where a member signs out

	mu      sync.Mutex
	begun   map[string]begun    // by the cookie of the browser
	members map[string]*session // the same
}

type begun struct{ state, nonce, verifier string }

type session struct {
	tokens  *oauth2.Token
	idToken string
	subject string
}

func main() {
	origin := os.Getenv("ORIGIN") // https://app.example.com
	provider, err := oidc.NewProvider(context.Background(), os.Getenv("ISSUER"))
	if err != nil {
		log.Fatal(err)
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		log.Fatal(err)
	}
	a := &application{
		provider: provider,
		oauth: oauth2.Config{
			ClientID:     "my-app",
			ClientSecret: os.Getenv("CLIENT_SECRET"),
			Endpoint:     provider.Endpoint(),
			RedirectURL:  origin + "/callback",
			Scopes:       []string{oidc.ScopeOpenID, "profile", "email", "phone", oidc.ScopeOfflineAccess},
		},
		verifier: provider.Verifier(&oidc.Config{ClientID: "my-app", SupportedSigningAlgs: []string{oidc.RS256}}),
		origin:   origin,
		endpoint: more.EndSession,
		begun:    map[string]begun{},
		members:  map[string]*session{},
	}
	for path, handle := range map[string]func(http.ResponseWriter, *http.Request, string) error{
		"/{$}": a.home, "/login": a.login, "/callback": a.callback,
		"/refresh": a.refresh, "/logout": a.logout, "/signed-out": a.signedOut,
	} {
		http.HandleFunc(path, withBrowser(handle))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on %s", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}

func (a *application) login(w http.ResponseWriter, r *http.Request, browser string) error {
	b := begun{rand.Text(), rand.Text(), oauth2.GenerateVerifier()}
	a.mu.Lock()
	a.begun[browser] = b
	a.mu.Unlock()
	http.Redirect(w, r, a.oauth.AuthCodeURL(b.state, oidc.Nonce(b.nonce), oauth2.S256ChallengeOption(b.verifier)), http.StatusFound)
	return nil
}

func (a *application) callback(w http.ResponseWriter, r *http.Request, browser string) error {
	a.mu.Lock()
	b, known := a.begun[browser]
	delete(a.begun, browser)
	a.mu.Unlock()
	if !known || r.FormValue("state") != b.state {
		return errors.New("begun_elsewhere")
	}
	if refusal := r.FormValue("error"); refusal != "" {
		return errors.New(refusal)
	}
	tokens, err := a.oauth.Exchange(r.Context(), r.FormValue("code"), oauth2.VerifierOption(b.verifier))
	if err != nil {
		return err
	}
	// Signature by the published keys, iss, aud, exp; the nonce and at_hash are left to us.
	raw, _ := tokens.Extra("id_token").(string)
	idToken, err := a.verifier.Verify(r.Context(), raw)
	if err != nil {
		return err
	}
	if idToken.Nonce != b.nonce {
		return errors.New("nonce does not match")
	}
	if err := idToken.VerifyAccessToken(tokens.AccessToken); err != nil {
		return err
	}
	a.mu.Lock()
	a.members[browser] = &session{tokens, raw, idToken.Subject}
	a.mu.Unlock()
	http.Redirect(w, r, "/", http.StatusFound)
	return nil
}

func (a *application) home(w http.ResponseWriter, r *http.Request, browser string) error {
	me := a.member(browser)
	if me == nil {
		return answer(w, http.StatusOK, map[string]any{"signed_in": false})
	}
	info, err := a.provider.UserInfo(r.Context(), oauth2.StaticTokenSource(me.tokens))
	if err != nil {
		return err
	}
	if info.Subject != me.subject {
		return errors.New("userinfo of somebody else")
	}
	claims := map[string]any{"signed_in": true}
	if err := info.Claims(&claims); err != nil {
		return err
	}
	return answer(w, http.StatusOK, claims)
}

func (a *application) refresh(w http.ResponseWriter, r *http.Request, browser string) error {
	me := a.member(browser)
	if me == nil {
		return errors.New("not signed in")
	}
	// A token source with nothing but a refresh token refreshes at once, and keeps the next one.
	tokens, err := a.oauth.TokenSource(r.Context(), &oauth2.Token{RefreshToken: me.tokens.RefreshToken}).Token()
	if err != nil {
		return err
	}
	a.mu.Lock()
	a.members[browser] = &session{tokens, me.idToken, me.subject}
	a.mu.Unlock()
	http.Redirect(w, r, "/", http.StatusFound)
	return nil
}

func (a *application) logout(w http.ResponseWriter, r *http.Request, browser string) error {
	me := a.member(browser)
	if me == nil {
		return errors.New("not signed in")
	}
	a.mu.Lock()
	delete(a.members, browser)
	a.mu.Unlock()
	query := url.Values{"id_token_hint": {me.idToken}, "post_logout_redirect_uri": {a.origin + "/signed-out"}}
	http.Redirect(w, r, a.endpoint+"?"+query.Encode(), http.StatusFound)
	return nil
}

func (a *application) signedOut(w http.ResponseWriter, _ *http.Request, _ string) error {
	return answer(w, http.StatusOK, map[string]any{"signed_in": false, "signed_out": true})
}

func (a *application) member(browser string) *session {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.members[browser]
}

// withBrowser knows a browser by a cookie, and answers what went wrong.
func withBrowser(handle func(http.ResponseWriter, *http.Request, string) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("app")
		if err != nil {
			cookie = &http.Cookie{Name: "app", Value: rand.Text(), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
			http.SetCookie(w, cookie)
		}
		if err := handle(w, r, cookie.Value); err != nil {
			_ = answer(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
		}
	}
}

func answer(w http.ResponseWriter, status int, value any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(value)
}
