// go run first_order.go ORDER: a Native order of ¥19.90 with Go's own library, until it is paid.
// The host is fixed, as in an app that was written for the live platform; answers and callbacks are verified.
package main

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

const host = "https://api.mch.weixin.qq.com"

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func unpacked(text string) []byte {
	return must(base64.StdEncoding.DecodeString(text))
}

func genuine(header http.Header, body []byte) bool {
	key := must(x509.ParsePKIXPublicKey(unpacked(os.Getenv("WECHAT_PAY_PUBLIC_KEY"))))
	said := header.Get("Wechatpay-Timestamp")
	at, _ := strconv.ParseInt(said, 10, 64) // what is no number is 1970, and too old
	age := time.Since(time.Unix(at, 0)).Abs()
	digest := sha256.Sum256([]byte(fmt.Sprintf("%s\n%s\n%s\n", said, header.Get("Wechatpay-Nonce"), body)))
	signature, _ := base64.StdEncoding.DecodeString(header.Get("Wechatpay-Signature"))
	return header.Get("Wechatpay-Serial") == os.Getenv("WECHAT_PAY_PUBLIC_KEY_ID") && age < 5*time.Minute &&
		rsa.VerifyPKCS1v15(key.(*rsa.PublicKey), crypto.SHA256, digest[:], signature) == nil
}

func signed(path string, body []byte) *http.Request {
	key := must(x509.ParsePKCS8PrivateKey(unpacked(os.Getenv("WECHAT_PAY_PRIVATE_KEY"))))
	random := make([]byte, 16)
	must(rand.Read(random))
	now, nonce := time.Now().Unix(), fmt.Sprintf("%x", random)
	digest := sha256.Sum256([]byte(fmt.Sprintf("POST\n%s\n%d\n%s\n%s\n", path, now, nonce, body)))
	signature := must(rsa.SignPKCS1v15(rand.Reader, key.(*rsa.PrivateKey), crypto.SHA256, digest[:]))
	request := must(http.NewRequest("POST", host+path, bytes.NewReader(body)))
	request.Header.Set("Authorization", fmt.Sprintf(
		`WECHATPAY2-SHA256-RSA2048 mchid="%s",nonce_str="%s",timestamp="%d",serial_no="%s",signature="%s"`,
		os.Getenv("WECHAT_PAY_MCH_ID"), nonce, now, os.Getenv("WECHAT_PAY_CERT_SERIAL"), base64.StdEncoding.EncodeToString(signature)))
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Wechatpay-Serial", os.Getenv("WECHAT_PAY_PUBLIC_KEY_ID"))
	return request
}

func opened(body []byte) ([]byte, error) {
	var told struct {
		Resource struct {
			Ciphertext, Nonce string
			AssociatedData    string `json:"associated_data"`
		}
	}
	if err := json.Unmarshal(body, &told); err != nil {
		return nil, err
	}
	sealed := must(cipher.NewGCM(must(aes.NewCipher([]byte(os.Getenv("WECHAT_PAY_APIV3_KEY"))))))
	nonce, also := []byte(told.Resource.Nonce), []byte(told.Resource.AssociatedData)
	return sealed.Open(nil, nonce, unpacked(told.Resource.Ciphertext), also)
}

func main() {
	number, paid := os.Args[1], make(chan bool, 1)
	callback := must(url.Parse(os.Getenv("WECHAT_PAY_NOTIFY_URL")))
	shop := must(net.Listen("tcp", callback.Host)) // a port that is taken ends it here, not in silence
	handler := http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil || !genuine(request.Header, body) {
			answer.WriteHeader(http.StatusUnauthorized)
			return
		}
		plain, err := opened(body)
		var order struct {
			OutTradeNo string `json:"out_trade_no"`
			TradeState string `json:"trade_state"`
			Amount     struct{ Total int }
		}
		if err != nil || json.Unmarshal(plain, &order) != nil {
			answer.WriteHeader(http.StatusInternalServerError)
			return
		}
		answer.WriteHeader(http.StatusNoContent)
		if order.OutTradeNo == number && order.TradeState == "SUCCESS" && order.Amount.Total == 1990 {
			paid <- true
		}
	})
	go func() { log.Fatal(http.Serve(shop, handler)) }()

	body := must(json.Marshal(map[string]any{
		"appid": os.Getenv("WECHAT_PAY_APP_ID"), "mchid": os.Getenv("WECHAT_PAY_MCH_ID"), "description": "龙井 250 克",
		"out_trade_no": number, "notify_url": os.Getenv("WECHAT_PAY_NOTIFY_URL"), "amount": map[string]any{"total": 1990, "currency": "CNY"},
	}))
	answer := must(http.DefaultClient.Do(signed("/v3/pay/transactions/native", body)))
	said := must(io.ReadAll(answer.Body))
	if answer.StatusCode != 200 || !genuine(answer.Header, said) {
		log.Fatal(answer.Status, " ", string(said))
	}
	fmt.Printf("ordered %s: %s\n", number, said)
	<-paid
	time.Sleep(100 * time.Millisecond) // the answer to the callback goes out
	fmt.Printf("paid %s, callback verified\n", number)
}
