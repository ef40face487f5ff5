package aptas.interop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.stream.annotation.EnableBinding;

/** Reads both topics from their beginning until as many messages came as were announced, then ends. */
@SpringBootApplication
@EnableBinding(KafkaProcessor.class)
public class Application {
    public static void main(String[] arguments) throws InterruptedException {
        try (var application = SpringApplication.run(Application.class, arguments)) {
            application.getBean(PolicyHandler.class).awaited.await();
        }
    }
}
