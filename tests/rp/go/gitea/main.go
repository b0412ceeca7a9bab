// The sign-in of Gitea by the library that it uses, goth, and by its own rule for usernames: what it makes of a member.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/openidConnect"
)

// Gitea's rule (modules/validation): how a username may look, and what it may not hold.
var (
	valid   = regexp.MustCompile(`^[\da-zA-Z][-.\w]*$`)
	invalid = regexp.MustCompile(`[-._]{2,}|[-._]$`)
)

type account struct {
	Identity string   `json:"identity"`
	Username string   `json:"username"`
	FullName string   `json:"full_name"`
	Email    string   `json:"email"`
	Groups   []string `json:"groups"`
}

type gitea struct {
	provider goth.Provider

	mu    sync.Mutex
	begun map[string]goth.Session // by state
}

func main() {
	origin := os.Getenv("ORIGIN")
	provider, err := openidConnect.New("gitea", os.Getenv("CLIENT_SECRET"), origin+"/user/oauth2/wecom/callback",
		os.Getenv("ISSUER")+"/.well-known/openid-configuration", "profile", "email", "groups")
	if err != nil {
		log.Fatal(err)
	}
	g := &gitea{provider: provider, begun: map[string]goth.Session{}}
	http.HandleFunc("GET /user/oauth2/wecom", g.begin)
	http.HandleFunc("GET /user/oauth2/wecom/callback", g.finish)
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}

func (g *gitea) begin(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	state := fmt.Sprintf("state-of-sign-in-%d", len(g.begun))
	session, err := g.provider.BeginAuth(state)
	if err != nil {
		refuse(w, err)
		return
	}
	g.begun[state] = session
	address, err := session.GetAuthURL()
	if err != nil {
		refuse(w, err)
		return
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
}

func (g *gitea) finish(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	session := g.begun[r.URL.Query().Get("state")]
	g.mu.Unlock()
	if session == nil {
		refuse(w, errors.New("nobody began this sign-in"))
		return
	}
	if _, err := session.Authorize(g.provider, r.URL.Query()); err != nil {
		refuse(w, err)
		return
	}
	user, err := g.provider.FetchUser(session)
	if err != nil {
		refuse(w, err)
		return
	}
	made, err := accountOf(user)
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("content-type", "application/json")
	_ = json.NewEncoder(w).Encode(made)
}

// accountOf is what Gitea makes with USERNAME = preferred_username and the group claim `groups`.
func accountOf(user goth.User) (account, error) {
	preferred, _ := user.RawData["preferred_username"].(string)
	username, _, _ := strings.Cut(preferred, "@")
	switch {
	case user.UserID == "":
		return account{}, errors.New("sub is missing")
	case user.Email == "":
		return account{}, errors.New("email is missing")
	case !valid.MatchString(username) || invalid.MatchString(username):
		return account{}, fmt.Errorf("%q is no username", username)
	}
	groups := []string{}
	told, _ := user.RawData["groups"].([]any)
	for _, group := range told {
		groups = append(groups, fmt.Sprint(group))
	}
	return account{user.UserID, username, user.Name, user.Email, groups}, nil
}

func refuse(w http.ResponseWriter, err error) {
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
}
