package serving

import (
	"strings"
	"testing"
	"time"
)

func TestSettingsErrorsNameTheVariable(t *testing.T) {
	type config struct {
		Serving Config
		Deep    struct {
			Own struct {
				Count int `env:"COUNT" envDefault:"1"`
			}
		}
		Interval time.Duration `env:"INTERVAL" envDefault:"5s"`
	}
	for variable, value := range map[string]string{"PORT": "x", "LOG_LEVEL": "loud", "COUNT": "many", "INTERVAL": "soon"} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, value)
			err := readSettings(new(config))
			if err == nil || !strings.HasPrefix(err.Error(), variable+": ") {
				t.Errorf("error is %v", err)
			}
		})
	}
	t.Setenv("PORT", "x")
	t.Setenv("COUNT", "many")
	if err := readSettings(new(config)); err == nil || !strings.Contains(err.Error(), "PORT: ") || !strings.Contains(err.Error(), "COUNT: ") {
		t.Errorf("error of two is %v", err)
	}
	t.Setenv("PORT", "") // as good as not set
	t.Setenv("COUNT", "")
	good := new(config)
	if err := readSettings(good); err != nil || good.Serving.Port != 8080 || good.Deep.Own.Count != 1 || good.Interval != 5*time.Second {
		t.Errorf("settings are %+v, %v", good, err)
	}
}
