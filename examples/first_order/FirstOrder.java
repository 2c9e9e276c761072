import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * java FirstOrder.java ORDER: a Native order of ¥19.90 with the JDK alone (17 or newer), until it is paid.
 * The host is fixed, as in an app that was written for the live platform; answers and callbacks are verified.
 */
public class FirstOrder {
    static final String HOST = "https://api.mch.weixin.qq.com";

    static String env(String name) {
        return System.getenv(name);
    }

    static byte[] base64(String text) {
        return Base64.getDecoder().decode(text);
    }

    static String member(String name, String json) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"?([^\",}]*)").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    static boolean genuine(UnaryOperator<String> header, String body) throws Exception {
        String time = header.apply("Wechatpay-Timestamp");
        PublicKey platform = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(base64(env("WECHAT_PAY_PUBLIC_KEY"))));
        Signature check = Signature.getInstance("SHA256withRSA");
        check.initVerify(platform);
        check.update((time + "\n" + header.apply("Wechatpay-Nonce") + "\n" + body + "\n").getBytes(StandardCharsets.UTF_8));
        return env("WECHAT_PAY_PUBLIC_KEY_ID").equals(header.apply("Wechatpay-Serial"))
            && Math.abs(Instant.now().getEpochSecond() - Long.parseLong(time)) < 300
            && check.verify(base64(header.apply("Wechatpay-Signature")));
    }

    static HttpRequest signed(String path, String body) throws Exception {
        long time = Instant.now().getEpochSecond();
        String nonce = UUID.randomUUID().toString().replace("-", "");
        PrivateKey own = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(base64(env("WECHAT_PAY_PRIVATE_KEY"))));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(own);
        signature.update(("POST\n" + path + "\n" + time + "\n" + nonce + "\n" + body + "\n").getBytes(StandardCharsets.UTF_8));
        String token = String.format("mchid=\"%s\",nonce_str=\"%s\",timestamp=\"%s\",serial_no=\"%s\",signature=\"%s\"",
            env("WECHAT_PAY_MCH_ID"), nonce, time, env("WECHAT_PAY_CERT_SERIAL"), Base64.getEncoder().encodeToString(signature.sign()));
        return HttpRequest.newBuilder(URI.create(HOST + path)).POST(HttpRequest.BodyPublishers.ofString(body))
            .header("Authorization", "WECHATPAY2-SHA256-RSA2048 " + token).header("Accept", "application/json")
            .header("Content-Type", "application/json").header("User-Agent", "my-shop")
            .header("Wechatpay-Serial", env("WECHAT_PAY_PUBLIC_KEY_ID")).build();
    }

    static String opened(String told) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(env("WECHAT_PAY_APIV3_KEY").getBytes(StandardCharsets.UTF_8), "AES"),
            new GCMParameterSpec(128, member("nonce", told).getBytes(StandardCharsets.UTF_8)));
        cipher.updateAAD(member("associated_data", told).getBytes(StandardCharsets.UTF_8));
        return new String(cipher.doFinal(base64(member("ciphertext", told))), StandardCharsets.UTF_8);
    }

    public static void main(String[] arguments) throws Exception {
        String number = arguments[0];
        CountDownLatch paid = new CountDownLatch(1);
        HttpServer shop = HttpServer.create(new InetSocketAddress("127.0.0.1", URI.create(env("WECHAT_PAY_NOTIFY_URL")).getPort()), 0);
        shop.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                boolean believed = genuine(exchange.getRequestHeaders()::getFirst, body);
                exchange.sendResponseHeaders(believed ? 204 : 401, -1);
                String order = believed ? opened(body) : "";
                if (member("out_trade_no", order).equals(number) && member("trade_state", order).equals("SUCCESS")
                    && member("total", order).equals("1990")) {
                    paid.countDown();
                }
            } catch (Exception refused) {
                throw new java.io.IOException(refused);
            }
        });
        shop.start();
        String body = String.format("{\"appid\":\"%s\",\"mchid\":\"%s\",\"description\":\"龙井 250 克\",\"out_trade_no\":\"%s\","
            + "\"notify_url\":\"%s\",\"amount\":{\"total\":1990,\"currency\":\"CNY\"}}",
            env("WECHAT_PAY_APP_ID"), env("WECHAT_PAY_MCH_ID"), number, env("WECHAT_PAY_NOTIFY_URL"));
        HttpResponse<String> answer = HttpClient.newHttpClient()
            .send(signed("/v3/pay/transactions/native", body), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || !genuine(name -> answer.headers().firstValue(name).orElse(""), answer.body())) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        System.out.println("ordered " + number + ": " + member("code_url", answer.body()));
        paid.await();
        System.out.println("paid " + number + ", callback verified");
        shop.stop(0);
    }
}
