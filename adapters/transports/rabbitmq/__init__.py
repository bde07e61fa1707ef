"""``amqp://``: lanes in RabbitMQ, for any number of processes on any number of machines."""
